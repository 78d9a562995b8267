package walk

import (
	"reflect"
	"slices"
	"sync"

	"yiju/analysis"
)

// Live keeps a network and its answers while its scene changes: after a change only
// what the change can touch is found again. Network is at any time what BuildNetwork
// would give, and Run what RunOn would, byte for byte.
//
// Update excludes everything else; Run may be called by several goroutines at once.
type Live struct {
	mu      sync.RWMutex
	profile Profile
	shared  *Shared
	scene   *analysis.Scene
	ways    *builder // what ways, barriers, gates and compounds make
	snaps   *snapper // of the ways, without venues
	network *Network
	answers answers
}

// NewLive builds the network of a scene for a profile, and keeps it from then on.
// Faults are those of BuildNetwork.
func NewLive(scene *analysis.Scene, profile Profile) (*Live, error) {
	return new(Shared).NewLive(scene, profile)
}

// NewLive is the function of that name for networks that share their work.
func (shared *Shared) NewLive(scene *analysis.Scene, profile Profile) (*Live, error) {
	if err := profile.Validate(); err != nil {
		return nil, err
	}
	l := &Live{profile: profile, shared: shared}
	if err := l.anew(scene); err != nil {
		return nil, err
	}
	return l, nil
}

// anew builds everything.
func (l *Live) anew(scene *analysis.Scene) error {
	if err := checkSize(scene); err != nil {
		return err
	}
	l.scene = scene
	l.ways = layWays(scene, &l.profile, l.shared)
	l.snaps = l.ways.newSnapper()
	n := l.ways.bare(scene)
	n.snaps = l.snaps.over(n)
	n.houses = newHouses(scene)
	n.doors = n.houses.doors(scene)
	n.locateVenues()
	l.ways.complete(n)
	l.network = n
	l.answers.forget(n)
	return nil
}

// Network is the network of the scene as it is now. It is another one after every
// update that changes anything, and stays as it is.
func (l *Live) Network() *Network {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.network
}

// Layers that a network is made of.
var (
	wayLayers   = []string{"ways", "barriers", "entrances", "compounds", "crossings"}
	placeLayers = []string{"buildings", "facilities"}
)

// Update takes the scene as it is now. It is of the same community, and its layers
// are ordered by id; changed names, by layer, the ids of all features that came, went
// or are not what they were. A scene beyond the bounds gives a *geo.Fault and leaves
// everything as it was.
func (l *Live) Update(scene *analysis.Scene, changed map[string][]string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := newChange(l.scene, scene, changed)
	switch {
	case c.everything():
		return l.anew(scene)
	case !c.in(wayLayers...) && !c.in(placeLayers...):
		return nil
	}
	if err := checkSize(scene); err != nil {
		return err
	}
	was := l.network
	s := &step{change: c, was: was}
	if c.in(wayLayers...) {
		ways := layWays(scene, &l.profile, l.shared)
		snaps := ways.newSnapper()
		s.matchStretches(l.ways, ways, l.snaps, snaps)
		l.ways, l.snaps = ways, snaps
	}
	n := l.ways.bare(scene)
	n.snaps = l.snaps.over(n)
	s.now = n
	s.moveHouses()
	s.moveVenues()
	l.ways.complete(n)
	s.moveTargets()
	s.matchLinks()
	s.matchDoorways()
	l.scene, l.network = scene, n
	l.answers.follow(s)
	return nil
}

// over is the snapper for a network of the same stretches, in which venues may cut
// them at places of their own.
func (s *snapper) over(n *Network) *snapper {
	out := *s
	out.raws = slices.Clone(s.raws)
	out.network = n
	return &out
}

// change is how a scene differs from an earlier one.
type change struct {
	old, new *analysis.Scene
	ids      map[string]map[string]bool
}

func newChange(old, now *analysis.Scene, changed map[string][]string) change {
	c := change{old: old, new: now, ids: make(map[string]map[string]bool, len(changed))}
	for layer, ids := range changed {
		if len(ids) == 0 {
			continue
		}
		set := make(map[string]bool, len(ids))
		for _, id := range ids {
			set[id] = true
		}
		c.ids[layer] = set
	}
	return c
}

// everything tells that nothing of before may be kept: another ground or community.
func (c *change) everything() bool {
	return c.in("terrain") || c.old.CRS != c.new.CRS || (c.old.Terrain == nil) != (c.new.Terrain == nil) ||
		!reflect.DeepEqual(c.old.Community.Geometry, c.new.Community.Geometry)
}

// in tells whether any of some layers changed.
func (c *change) in(layers ...string) bool {
	return slices.ContainsFunc(layers, func(name string) bool { return len(c.ids[name]) > 0 })
}

// renumbered says for everything that there was at which position it is now, or -1
// for what is gone. A nil one says that all is where it was.
type renumbered []int32

func (r renumbered) of(i int32) int32 {
	if r == nil || i < 0 {
		return i
	}
	return r[i]
}

// features gives the positions now of the features of a layer as it was: the same
// id, the same content or not.
func (c *change) features(layer string) renumbered {
	if !c.in(layer) {
		return nil
	}
	old, now := c.old.Layers[layer], c.new.Layers[layer]
	out := make(renumbered, len(old))
	k := 0
	for i := range old {
		for k < len(now) && now[k].ID < old[i].ID {
			k++
		}
		out[i] = -1
		if k < len(now) && now[k].ID == old[i].ID {
			out[i] = int32(k)
		}
	}
	return out
}

// back turns a renumbering round: for everything there is now, where it was.
func (r renumbered) back(n int) renumbered {
	if r == nil {
		return nil
	}
	out := make(renumbered, n)
	for i := range out {
		out[i] = -1
	}
	for i, k := range r {
		if k >= 0 {
			out[k] = int32(i)
		}
	}
	return out
}
