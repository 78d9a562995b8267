package walk

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// step is what one change does to a network: which of its parts are what they were.
type step struct {
	change
	was, now *Network

	raws  renumbered // stretches that are the same for whatever joins them
	ways  spots      // where ways changed
	lines spots      // where walls, buildings and gates did

	houses    renumbered // by id; changed ones too
	houseWas  renumbered
	doorsKept bool // every building has the doors that it had

	venueWas  []int32 // for each venue its position before, -1 for none; by id
	venueSame []bool  // it joins at the same places as before
	targetWas []int32 // for each target its position before, -1 for none
	homeSame  []bool  // of targets: the building is what it was
	startSame []bool  // of targets: walks begin at the same places as before
	doorsSame []bool  // of targets: and from there on the same places of the same edges
	moved     []int32 // targets of which that is not so
	targetNow []int32 // for each target before its position now, -1 for none
	// targetsKept tells that all targets are where they were in the list.
	targetsKept bool
	links       links
}

// spots are places where something changed.
type spots struct {
	list []geo.Extent
	grid *grid
}

func (s *spots) add(e geo.Extent) {
	if !e.IsEmpty() {
		s.list = append(s.list, e.Grow(sameM))
	}
}

// addSegment adds a segment in short pieces, since the extent of a slanting one is
// mostly not beside it.
func (s *spots) addSegment(a, b orb.Point) {
	const piece_m, most = 20, 1000
	n := min(1+int(geo.Distance(a, b)/piece_m), most)
	for i := range n {
		s.add(segmentExtent(along(a, b, float64(i)/float64(n)), along(a, b, float64(i+1)/float64(n))))
	}
}

// touch tells whether something changed in an extent.
func (s *spots) touch(e geo.Extent) bool {
	if e.IsEmpty() || len(s.list) == 0 {
		return false
	}
	if s.grid == nil || len(s.grid.spans) != len(s.list) {
		s.grid = newGrid(len(s.list), func(i int) geo.Extent { return s.list[i] })
	}
	found := false
	s.grid.each(e, func(i int32) bool {
		found = s.list[i].Touches(e)
		return !found
	})
	return found
}

// disturbed tells whether something changed where somebody looked.
func (s *step) disturbed(seen *sight) bool {
	return s.ways.touch(seen.ways) || s.lines.touch(seen.lines)
}

// stretchKey finds the stretches that may be the same.
type stretchKey struct {
	first, last orb.Point
	points      int32
	way         int32 // its position now
	kind        edgeFlags
}

// matchStretches finds the stretches that are what they were. They keep their order
// among themselves; whatever would not is taken as changed. The places of the others,
// and of walls that came or went, are noted.
func (s *step) matchStretches(old, now *builder, oldSnaps, nowSnaps *snapper) {
	ways := s.features("ways")
	at := make(map[stretchKey][]int32, len(now.edges))
	for i := range now.edges {
		k := now.stretchKey(int32(i), now.strands[now.edges[i].strand].way)
		at[k] = append(at[k], int32(i))
	}
	s.raws = make(renumbered, len(old.edges))
	next := int32(0) // of those before it no more are taken
	used := make([]bool, len(now.edges))
	for i := range old.edges {
		s.raws[i] = -1
		way := ways.of(old.strands[old.edges[i].strand].way)
		if way >= 0 {
			for _, k := range at[old.stretchKey(int32(i), way)] {
				if k >= next && sameStretch(old, now, oldSnaps, nowSnaps, int32(i), k) {
					s.raws[i], next, used[k] = k, k+1, true
					break
				}
			}
		}
		if s.raws[i] < 0 {
			s.spotStretch(old, int32(i))
		}
	}
	for k := range used {
		if !used[k] {
			s.spotStretch(now, int32(k))
		}
	}
	s.matchWalls(old, now)
}

func (b *builder) stretchKey(raw, way int32) stretchKey {
	e := &b.edges[raw]
	d := &b.dense[e.strand]
	return stretchKey{d.pts[e.i], d.pts[e.j], e.j - e.i, way, b.flagsOf(e)}
}

// sameStretch compares two stretches in all that decides who joins them, and where.
func sameStretch(old, now *builder, oldSnaps, nowSnaps *snapper, i, k int32) bool {
	e, f := &old.edges[i], &now.edges[k]
	x, y := &oldSnaps.raws[i], &nowSnaps.raws[k]
	if x.length != y.length || x.private != y.private || x.leave != y.leave || oldSnaps.large[x.comp] != nowSnaps.large[y.comp] {
		return false
	}
	d, g := &old.dense[e.strand], &now.dense[f.strand]
	for j := range e.j - e.i + 1 {
		if d.pts[e.i+j] != g.pts[f.i+j] || d.cum[e.i+j]-d.cum[e.i] != g.cum[f.i+j]-g.cum[f.i] {
			return false
		}
	}
	return true
}

func (s *step) spotStretch(b *builder, raw int32) {
	e := &b.edges[raw]
	d := &b.dense[e.strand]
	for j := e.i; j < e.j; j++ {
		s.ways.addSegment(d.pts[j], d.pts[j+1])
	}
}

// matchWalls notes the segments of walls that came or went.
func (s *step) matchWalls(old, now *builder) {
	if !s.in("barriers", "compounds") {
		return
	}
	count := make(map[[2]orb.Point]int)
	each := func(b *builder, f func(side [2]orb.Point)) {
		for _, r := range b.wallSegs {
			from, to := b.wallSegment(r)
			f([2]orb.Point{from, to})
		}
	}
	each(old, func(side [2]orb.Point) { count[side]-- })
	each(now, func(side [2]orb.Point) { count[side]++ })
	for side, n := range count {
		if n != 0 {
			s.lines.addSegment(side[0], side[1])
		}
	}
}

// moveHouses brings buildings and their doors up to date, and notes where they and
// the gates around changed.
func (s *step) moveHouses() {
	s.houses = s.features("buildings")
	s.houseWas = s.houses.back(len(s.new.Layers["buildings"]))
	if s.in("buildings") {
		s.now.houses = newHouses(s.new)
	} else {
		s.now.houses = s.was.houses
	}
	s.doorsKept = !s.in("buildings", "entrances")
	if s.doorsKept {
		s.now.doors = s.was.doors
	} else {
		s.now.doors = s.now.houses.doors(s.new)
		s.matchDoors()
	}
	s.spotChanged("buildings", func(*geo.Feature) bool { return true })
	s.spotChanged("entrances", isPoint)
	s.spotChanged("barriers", isPoint) // walls are told side by side
}

func isPoint(f *geo.Feature) bool {
	_, yes := f.Geometry.(orb.Point)
	return yes
}

// spotChanged notes the places, old and new, of changed features of a layer.
func (s *step) spotChanged(layer string, counts func(*geo.Feature) bool) {
	changed := s.ids[layer]
	if len(changed) == 0 {
		return
	}
	for _, list := range [2][]geo.Feature{s.old.Layers[layer], s.new.Layers[layer]} {
		for i := range list {
			if f := &list[i]; changed[f.ID] && f.Geometry != nil && geo.Finite(f.Geometry) && counts(f) {
				s.lines.add(geo.ExtentOf(f.Geometry).Grow(doorM))
			}
		}
	}
}

// matchDoors notes the buildings that have other doors than they had.
func (s *step) matchDoors() {
	for i := range s.now.doors {
		if was := s.houseWas.of(int32(i)); was >= 0 && !s.sameDoors(s.was.doors[was], s.now.doors[i]) {
			f := &s.now.houses.features[i]
			if f.Geometry != nil && geo.Finite(f.Geometry) {
				s.lines.add(geo.ExtentOf(f.Geometry))
			}
		}
	}
}

// sameDoors compares lists of entrances, as they were and as they are.
func (s *step) sameDoors(was, now []int32) bool {
	return slices.EqualFunc(was, now, func(o, k int32) bool {
		id := s.new.Layers["entrances"][k].ID
		return s.old.Layers["entrances"][o].ID == id && !s.ids["entrances"][id]
	})
}

// moveVenues finds the ways into those venues that the change can touch, and keeps
// those of the others.
func (s *step) moveVenues() {
	facilities := s.new.Layers["facilities"]
	was := s.features("facilities").back(len(facilities))
	named := s.namedVenues()
	var locator *venueLocator
	s.now.venues = make([]venue, len(facilities))
	s.venueWas, s.venueSame = make([]int32, len(facilities)), make([]bool, len(facilities))
	for i := range facilities {
		f := &facilities[i]
		o := was.of(int32(i))
		s.venueWas[i] = o
		if o >= 0 && !s.ids["facilities"][f.ID] && !named(f) && !s.disturbed(&s.was.venues[o].seen) {
			if v, ok := s.keepVenue(int32(i), &s.was.venues[o]); ok {
				s.now.venues[i], s.venueSame[i] = v, true
				continue
			}
		}
		if locator == nil {
			locator = newVenueLocator(s.now)
		}
		s.now.venues[i] = locator.venue(int32(i), f)
	}
}

// keepVenue is a venue that joins where it joined.
func (s *step) keepVenue(i int32, was *venue) (v venue, ok bool) {
	v = *was
	v.feature, v.access = i, nil
	v.shape = s.new.Layers["facilities"][i].Geometry
	v.places, ok = s.movePlaces(was.places)
	return v, ok
}

// movePlaces numbers the stretches of places as they are numbered now; not ok where
// one is gone.
func (s *step) movePlaces(was []place) (now []place, ok bool) {
	if s.raws == nil || len(was) == 0 {
		return was, true
	}
	now = slices.Clone(was)
	for k := range now {
		if now[k].raw = s.raws[now[k].raw]; now[k].raw < 0 {
			return nil, false
		}
	}
	return now, true
}

// namedVenues tells which facilities a changed entrance names, or names them.
func (s *step) namedVenues() func(f *geo.Feature) bool {
	changed := s.ids["entrances"]
	if len(changed) == 0 {
		return func(*geo.Feature) bool { return false }
	}
	of := make(map[string]bool)
	for _, list := range [2][]geo.Feature{s.old.Layers["entrances"], s.new.Layers["entrances"]} {
		for i := range list {
			if changed[list[i].ID] {
				id, _ := list[i].Text("of")
				of[id] = true
			}
		}
	}
	return func(f *geo.Feature) bool {
		if of[f.ID] {
			return true
		}
		ids, _ := f.Text("entrances")
		return slices.ContainsFunc(strings.Fields(ids), func(id string) bool { return changed[id] })
	}
}

// moveTargets joins those buildings to ways that the change can touch, and keeps the
// joins of the others.
func (s *step) moveTargets() {
	old := s.was.allTargets()
	at := blank(len(s.was.houses.features)) // of buildings as they were
	for k := range old {
		at[old[k].building] = int32(k)
	}
	n := s.now
	n.targetsOnce.Do(func() {
		n.targets = make([]target, 0, len(old)+1)
		look := newOutlook()
		for i := range n.houses.features {
			k, same := int32(-1), false
			if was := s.houseWas.of(int32(i)); was >= 0 {
				k, same = at[was], !s.ids["buildings"][n.houses.features[i].ID]
			}
			if same && k < 0 || !same && !n.inCommunity(int32(i)) {
				continue // beyond the community
			}
			t, kept := target{}, false
			if same && s.sameStart(int32(i), old[k].building) && !s.disturbed(&old[k].seen) {
				t, kept = s.keepTarget(int32(i), &old[k])
			}
			if !kept {
				t = n.locateBuilding(int32(i), look)
			}
			n.targets = append(n.targets, t)
			s.targetWas, s.homeSame = append(s.targetWas, k), append(s.homeSame, same)
			s.startSame = append(s.startSame, k >= 0 && sameStarts(&old[k], &t))
		}
	})
}

// sameStart tells whether a building has the doors that it had.
func (s *step) sameStart(i, was int32) bool {
	return s.doorsKept || s.sameDoors(s.was.doors[was], s.now.doors[i])
}

// sameStarts tells whether walks from a building begin where they began, whatever
// ways they take from there.
func sameStarts(was, now *target) bool {
	return was.centre == now.centre && slices.EqualFunc(was.doors, now.doors, func(x, y door) bool { return x.from == y.from })
}

// keepTarget is a building that joins where it joined.
func (s *step) keepTarget(i int32, was *target) (t target, ok bool) {
	t = *was
	t.building = i
	if t.places, ok = s.movePlaces(was.places); !ok {
		return t, false
	}
	t.doors = nil
	for k := range t.places {
		t.doors = append(t.doors, s.now.doorAt(t.places[k]))
	}
	return t, true
}
