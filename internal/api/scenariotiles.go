package api

import (
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"strings"
	"sync"

	"yiju/geo"
	"yiju/geo/index"
	"yiju/layers"
	"yiju/layers/scenario"
	"yiju/tiles"
)

// Bounds on the tiles of scenarios in memory.
const (
	maxDrawn           = 16       // scenarios
	scenarioCacheBytes = 16 << 20 // of each
)

// drawn keeps the tiles of the scenarios used last.
type drawn struct {
	mu   sync.Mutex
	list []*drawing // the last was used last
}

// drawing is the tiles of one scenario that differ from those of its base.
type drawing struct {
	view *scenario.View
	// mark tells this drawing from those of other views, which number their revisions
	// alike.
	mark  string
	cache *tiles.Cache
	users int // guarded by the list's lock
	gone  bool

	mu      sync.Mutex
	net     *scenario.Net
	seen    layers.Revision
	touched map[string]*index.Index // by layer: where net differs from the base
}

// use gives the tiles of a view. Who uses them says done when finished with them.
func (d *drawn) use(view *scenario.View) (*drawing, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.IndexFunc(d.list, func(k *drawing) bool { return k.view == view })
	if i >= 0 {
		k := d.list[i]
		k.users++
		d.list = append(slices.Delete(d.list, i, i+1), k)
		return k, nil
	}
	cache, err := tiles.NewCache(scenarioCacheBytes, tiles.Options{})
	if err != nil {
		return nil, err
	}
	k := &drawing{view: view, mark: rand.Text()[:8], cache: cache, users: 1, net: view.Net()}
	k.seen = view.Applied()
	k.touched = touchedIn(k.net)
	d.list = append(d.list, k)
	for len(d.list) > maxDrawn {
		d.list[0].gone = true
		d.list[0].closeUnused()
		d.list = slices.Delete(d.list, 0, 1)
	}
	return k, nil
}

func (d *drawn) done(k *drawing) {
	d.mu.Lock()
	defer d.mu.Unlock()
	k.users--
	k.closeUnused()
}

func (k *drawing) closeUnused() {
	if k.gone && k.users == 0 {
		k.cache.Close()
	}
}

// touchedIn finds the old and the new places of what a net touches, by layer.
func touchedIn(net *scenario.Net) map[string]*index.Index {
	out := make(map[string]*index.Index)
	for _, layer := range net.Layers() {
		x := new(index.Index)
		touched := net.Touched(layer)
		for i := range touched {
			for _, e := range extentsOf(touched[i].Old, touched[i].New) {
				x.Add(i, e)
			}
		}
		out[layer] = x
	}
	return out
}

// extentsOf are the extents of features that have one.
func extentsOf(features ...*geo.Feature) []geo.Extent {
	var out []geo.Extent
	for _, f := range features {
		if f == nil {
			continue
		}
		if e := geo.ExtentOf(f.Geometry); !e.IsEmpty() {
			out = append(out, e)
		}
	}
	return out
}

// follow makes the drawing forget what the view shows differently since it last looked:
// of inputs, the places before and after of each feature; of results, what was written.
func (k *drawing) follow(ctx context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now := k.view.Net(); now != k.net {
		for _, shift := range scenario.Compare(k.net, now) {
			for _, e := range extentsOf(shift.Old, shift.New) {
				k.cache.Changed(shift.Layer, e)
			}
		}
		k.net, k.touched = now, touchedIn(now)
	}
	if k.view.Applied() == k.seen {
		return nil
	}
	changes, err := k.view.Changes(ctx, k.seen)
	if err != nil {
		return err
	}
	infos, err := k.view.Layers(ctx)
	if err != nil {
		return err
	}
	input := make(map[string]bool)
	for _, info := range infos {
		input[info.Schema.Layer] = info.Schema.Kind != geo.Result
	}
	for _, change := range changes {
		for _, l := range change.Layers {
			if !input[l.Layer] {
				k.cache.Changed(l.Layer, l.Extent)
			}
		}
		k.seen = max(k.seen, change.Revision)
	}
	return nil
}

// meets tells whether anything that the scenario touches in some layers comes near a
// tile.
func (k *drawing) meets(c tiles.Coord, names []string) bool {
	window := tiles.Reach(c, tiles.Options{})
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, name := range names {
		x := k.touched[name]
		if x == nil {
			continue
		}
		met := false
		x.Each(window, func(int) bool { met = true; return false })
		if met {
			return true
		}
	}
	return false
}

// scenarioTile gives a tile of a scenario: that of the base where it is the same one,
// else one of its own.
func (s *Server) scenarioTile(ctx context.Context, c tiles.Coord, names string, at site) (*tiles.Body, error) {
	infos, err := tileLayers(ctx, at.view, names)
	if err != nil {
		return nil, err
	}
	k, err := s.drawn.use(at.place.View)
	if err != nil {
		return nil, err
	}
	defer s.drawn.done(k)
	if err := k.follow(ctx); err != nil {
		return nil, err
	}
	body, err := s.tileOfBase(ctx, c, infos, k)
	if body != nil || err != nil {
		s.countScenarioTile(c, "base")
		return body, err
	}
	result := "hit"
	body, err = k.cache.Get(ctx, c, strings.Split(names, ","), func(ctx context.Context) (tiles.Tile, error) {
		result = "miss"
		return s.drawScenario(ctx, c, infos, at)
	})
	s.countScenarioTile(c, result)
	return body, err
}

func (s *Server) countScenarioTile(c tiles.Coord, result string) {
	s.metrics.scenarioTiles.WithLabelValues(strconv.Itoa(int(c.Z)), result).Inc()
}

// tileOfBase gives the tile of the base where that of a scenario is the same to the
// byte: no layer of it holds results, none has moved on in the base since the pin, and
// nothing that the scenario touches comes near. Otherwise it gives nil.
func (s *Server) tileOfBase(ctx context.Context, c tiles.Coord, infos []layers.Info, k *drawing) (*tiles.Body, error) {
	names := make([]string, len(infos))
	for i, info := range infos {
		if names[i] = info.Schema.Layer; info.Schema.Kind == geo.Result {
			return nil, nil
		}
	}
	if k.meets(c, names) {
		return nil, nil
	}
	below, err := s.snapshot.Layers(ctx)
	if err != nil || !unmoved(below, names, k.view.Pin()) {
		return nil, err
	}
	// A layer that the base does not have is not in a tile where it has no feature.
	there := names[:0:0]
	for _, name := range names {
		if slices.ContainsFunc(below, func(info layers.Info) bool { return info.Schema.Layer == name }) {
			there = append(there, name)
		}
	}
	if len(there) == 0 {
		return nil, nil
	}
	body, err := s.baseTile(ctx, c, strings.Join(there, ","))
	if err != nil {
		return nil, err
	}
	// What was written while the tile was made may be in it.
	below, err = s.snapshot.Layers(ctx)
	if err != nil || !unmoved(below, names, k.view.Pin()) {
		return nil, err
	}
	return body, nil
}

// drawScenario draws a tile of a scenario. A view shares what the base holds in memory
// as long as that is what was pinned; where the base moves on meanwhile, the tile is
// drawn again.
func (s *Server) drawScenario(ctx context.Context, c tiles.Coord, infos []layers.Info, at site) (tiles.Tile, error) {
	names := make([]string, len(infos))
	for i, info := range infos {
		names[i] = info.Schema.Layer
	}
	for {
		before, err := s.snapshot.Layers(ctx)
		if err != nil {
			return tiles.Tile{}, err
		}
		tile, err := tiles.Encode(ctx, c, sources(infos, at.view), tiles.Options{})
		if err != nil {
			return tiles.Tile{}, err
		}
		after, err := s.snapshot.Layers(ctx)
		if err != nil {
			return tiles.Tile{}, err
		}
		pin := at.place.View.Pin()
		if unmoved(after, names, pin) == unmoved(before, names, pin) {
			return tile, nil
		}
	}
}

// tileVersion changes whenever tiles of a layer may have. Those of a layer that a
// scenario leaves alone are those of the base.
func (s *Server) tileVersion(at site, changed layers.Revision) (string, error) {
	version := strconv.FormatInt(int64(changed), 10)
	if at.place == nil || changed <= at.place.View.Pin() {
		return version, nil
	}
	k, err := s.drawn.use(at.place.View)
	if err != nil {
		return "", err
	}
	defer s.drawn.done(k)
	return k.mark + "-" + version, nil
}
