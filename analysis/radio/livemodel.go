package radio

import (
	"reflect"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// withBuildings is the model with other buildings. changed holds the ids of those that
// came, went or changed, more of them do no harm; nil is for not known.
func (m *Model) withBuildings(features []geo.Feature, changed map[string]bool) *Model {
	out := *m
	was, old := m.buildings, 0
	out.buildings = inOrderOfIDs(features)
	out.prisms = make([]prism, len(out.buildings))
	boxes := len(was) == len(out.buildings) // those of the index are good
	places := make([]int32, len(was))       // −1 for what is gone
	for i := range out.buildings {
		f := &out.buildings[i]
		for old < len(was) && was[old].ID < f.ID {
			places[old], boxes = -1, false
			old++
		}
		found := old < len(was) && was[old].ID == f.ID
		if found && !changed[f.ID] && (changed != nil || standsAs(f, &was[old])) {
			out.prisms[i] = m.prisms[old]
		} else {
			out.prisms[i] = out.newPrism(f)
			boxes = boxes && found && out.prisms[i].box == m.prisms[old].box
		}
		if found {
			places[old] = int32(i)
			old++
		}
	}
	for ; old < len(was); old++ {
		places[old], boxes = -1, false
	}
	if !boxes {
		out.indexBuildings()
	}
	out.tellUnknown()
	if pairs := changedPrisms(m, &out); len(pairs) > 0 {
		out.transmitters = out.carried(m, pairs, places)
		out.regroup()
	}
	return &out
}

// standsAs tells whether two features of one building stand in the way alike.
func standsAs(a, b *geo.Feature) bool {
	for _, field := range []string{"height_m", "floors", "base_m", "use"} {
		if !reflect.DeepEqual(a.Attributes[field], b.Attributes[field]) {
			return false
		}
	}
	if p, ok := a.Geometry.(orb.Polygon); ok && len(p) > 0 && len(p[0]) > 0 {
		if q, ok := b.Geometry.(orb.Polygon); ok && len(q) == len(p) && len(q[0]) == len(p[0]) && &q[0] == &p[0] {
			return true
		}
	}
	return reflect.DeepEqual(a.Geometry, b.Geometry)
}

// carried are the transmitters among other buildings. Those that none of the changed
// ones is near are kept, with the buildings that never block them under their new
// places.
func (m *Model) carried(was *Model, pairs []prismPair, places []int32) []*transmitter {
	moved := false
	for i, k := range places {
		moved = moved || int(k) != i
	}
	out := slices.Clone(was.transmitters)
	for i, t := range out {
		switch {
		case m.concerns(t, was, pairs):
			out[i] = m.newTransmitter(&m.cells[i])
		case moved && len(t.exempt) > 0:
			other := *t
			other.exempt = make([]int32, len(t.exempt))
			for n, b := range t.exempt {
				other.exempt[n] = places[b]
			}
			out[i] = &other
		}
	}
	return out
}

// concerns tells whether a change of buildings may change a transmitter itself: how
// high it stands among the roofs, what carries it, what is built around.
func (m *Model) concerns(t *transmitter, was *Model, pairs []prismPair) bool {
	around := geo.Extent{MinX: t.at[0], MinY: t.at[1], MaxX: t.at[0], MaxY: t.at[1]}
	reach := roofsWithinM
	if t.looksRound {
		reach = max(reach, BuiltWithinM+2*builtStepM)
	}
	around = around.Grow(reach)
	_, a := was.byID[t.cell.OnBuilding]
	_, b := m.byID[t.cell.OnBuilding]
	if a != b {
		return true
	}
	for _, pair := range pairs {
		for _, p := range []*prism{pair.old, pair.now} {
			if p != nil && p.box.Touches(around) {
				return true
			}
		}
	}
	// What carries it may stand elsewhere.
	if k, ok := m.byID[t.cell.OnBuilding]; ok {
		return slices.ContainsFunc(pairs, func(pair prismPair) bool { return pair.now == &m.prisms[k] })
	}
	return false
}

// withCells is the model with other cells. ok is false where the ground has to be read
// anew, since paths run over more of it or less.
func (m *Model) withCells(features []geo.Feature) (out *Model, ok bool, err error) {
	next := *m
	next.around = m.window(geo.ExtentOf(m.community.Geometry), features)
	if m.terrain != nil && groundFrame(next.around) != groundFrame(m.around) {
		return nil, false, nil
	}
	next.cells, next.others, next.unknownCells = nil, nil, false
	next.lacks = slices.DeleteFunc(slices.Clone(m.lacks), func(k Lack) bool { return k.Layer == "cells" })
	if err := next.setCells(features); err != nil {
		return nil, false, err
	}
	next.tellUnknown()
	next.transmitters = make([]*transmitter, len(next.cells))
	old := 0
	for i := range next.cells {
		c := &next.cells[i]
		for old < len(m.cells) && m.cells[old].ID < c.ID {
			old++
		}
		if old < len(m.cells) && reflect.DeepEqual(&m.cells[old], c) {
			next.transmitters[i] = m.transmitters[old]
		} else {
			next.transmitters[i] = next.newTransmitter(c)
		}
	}
	next.regroup()
	return &next, true, nil
}
