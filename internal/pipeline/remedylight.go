package pipeline

import (
	"context"
	"maps"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/index"
	"yiju/layers/scenario"
)

const (
	lightStep_m  = 5   // between the places along ways that are looked at
	lampAside_m  = 1.5 // a lamp stands beside its way
	maxNewLamps  = 500
	leastNewDark = 2 // places that a lamp has to light to be worth it
)

// darkPlace is a place on a way that no lamp lights, and where a lamp beside it would be.
type darkPlace struct {
	at, lamp orb.Point
	way      string
}

// lampCandidates put lamps along the stretches that are dark, in the order in which each
// lights most of what those before leave dark.
func (t *trial) lampCandidates(ctx context.Context, reach_m float64) ([]candidate, error) {
	s, err := t.around(ctx, reach_m, "devices", "ways")
	if err != nil {
		return nil, err
	}
	places := darkPlaces(s, reach_m)
	entry, _ := entryByID("lamp")
	t.ordered = true
	var out []candidate
	for _, c := range lightMost(places, reach_m) {
		at, err := s.transform.InversePoint(c.place.lamp)
		if err != nil {
			return nil, err
		}
		id := "new-lamp-" + shortHash(c.place.lamp)
		f := geo.Feature{ID: id, Geometry: at, Attributes: maps.Clone(entry.Attributes)}
		out = append(out, candidate{
			kind: "lamp", things: 1, hint: float64(c.lit),
			title: geo.T("加装路灯：道路 "+c.place.way, "A lamp on way "+c.place.way),
			why:   geo.Tf("照亮约 %d 米暗段", "lights about %d m that are dark", c.lit*lightStep_m),
			edits: []scenario.Edit{{Layer: "devices", Op: scenario.Add, ID: id, Feature: &f, Kind: "lamp"}},
		})
	}
	return out, nil
}

// darkPlaces samples the ways of the community where they neither say that they are lit
// nor lie within reach of a lamp.
func darkPlaces(s *scene, reach_m float64) []darkPlace {
	var lamps []orb.Point
	var at index.Index
	for i := range s.Layers["devices"] {
		f := &s.Layers["devices"][i]
		kind, _ := f.Text("kind")
		p, isPoint := f.Geometry.(orb.Point)
		if working, known := f.Bool("working"); kind == "lamp" && isPoint && (working || !known) {
			at.Add(len(lamps), pointExtent(p))
			lamps = append(lamps, p)
		}
	}
	lit := func(p orb.Point) bool {
		for _, i := range at.Touching(pointExtent(p).Grow(reach_m)) {
			if geo.Distance(lamps[i], p) <= reach_m {
				return true
			}
		}
		return false
	}
	var out []darkPlace
	for i := range s.Layers["ways"] {
		f := &s.Layers["ways"][i]
		if says, told := f.Bool("lit"); told && says || !walkableWay(f) {
			continue
		}
		name, _ := f.Text("name")
		if name == "" {
			name = f.ID
		}
		for _, line := range geo.Lines(f.Geometry) {
			left := lightStep_m / 2.0
			for k := 1; k < len(line); k++ {
				length := geo.Distance(line[k-1], line[k])
				for ; left <= length; left += lightStep_m {
					ux, uy := (line[k][0]-line[k-1][0])/length, (line[k][1]-line[k-1][1])/length
					p := orb.Point{line[k-1][0] + ux*left, line[k-1][1] + uy*left}
					if geo.Inside(s.Community.Geometry, p) && !lit(p) {
						out = append(out, darkPlace{p, orb.Point{p[0] - uy*lampAside_m, p[1] + ux*lampAside_m}, name})
					}
				}
				left -= length
			}
		}
	}
	return out
}

type newLamp struct {
	place darkPlace
	lit   int // places that were dark before
}

// lightMost takes the lamp that lights most of what is dark, again and again.
func lightMost(places []darkPlace, reach_m float64) []newLamp {
	var at index.Index
	for i := range places {
		at.Add(i, pointExtent(places[i].lamp))
	}
	// near are the lamps that would light a place.
	near := func(p orb.Point, do func(i int)) {
		for _, i := range at.Touching(pointExtent(p).Grow(reach_m)) {
			if geo.Distance(places[i].lamp, p) <= reach_m {
				do(i)
			}
		}
	}
	gain := make([]int, len(places))
	for i := range places {
		near(places[i].at, func(k int) { gain[k]++ })
	}
	dark := make([]bool, len(places))
	for i := range dark {
		dark[i] = true
	}
	var out []newLamp
	for len(out) < maxNewLamps {
		best := 0
		for i := range gain {
			if gain[i] > gain[best] {
				best = i
			}
		}
		if len(gain) == 0 || gain[best] < leastNewDark {
			break
		}
		out = append(out, newLamp{places[best], gain[best]})
		lamp := places[best].lamp
		for i := range places {
			if dark[i] && geo.Distance(places[i].at, lamp) <= reach_m {
				dark[i] = false
				near(places[i].at, func(k int) { gain[k]-- })
			}
		}
	}
	return out
}

func pointExtent(p orb.Point) geo.Extent {
	return geo.Extent{MinX: p[0], MinY: p[1], MaxX: p[0], MaxY: p[1]}
}
