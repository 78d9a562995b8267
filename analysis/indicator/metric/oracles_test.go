package metric

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"yiju/analysis/walk"
	"yiju/geo"
)

// Light, by asking every half metre of way for the nearest lamp.
func TestLightAgainstPoints(t *testing.T) {
	for seed := range uint64(4) {
		in := quarter(seed, 6)
		const reach = 25
		lit, all := 0.0, 0.0
		for i := range in.Scene.Layers["ways"] {
			f := &in.Scene.Layers["ways"][i]
			says, _ := f.Bool("lit")
			walkAlong(f, func(p orb.Point, step float64) {
				if !geo.Inside(in.Scene.Community.Geometry, p) {
					return
				}
				all += step
				near := slices.ContainsFunc(in.Scene.Layers["devices"], func(d geo.Feature) bool { return geo.Distance(d.Geometry.(orb.Point), p) <= reach })
				if says || near {
					lit += step
				}
			})
		}
		got := compute(t, "light.lit_share", in, "reach_m=25")
		if math.Abs(*got.Numerator-lit) > 0.005*all || math.Abs(*got.Denominator-all) > 0.005*all || all < 1000 || lit < 0.1*all || lit > 0.9*all {
			t.Errorf("seed %d: %v of %v m, points say %v of %v", seed, *got.Numerator, *got.Denominator, lit, all)
		}
		drawn := 0.0
		for _, f := range got.Drawn.Features {
			drawn += geo.Length(f.Geometry)
		}
		if math.Abs(drawn-*got.Denominator) > 0.1 {
			t.Errorf("seed %d: %v m are drawn, %v counted", seed, drawn, *got.Denominator)
		}
	}
}

// Fire engines, by the distances of points along outlines and ways. Houses within
// half a metre of the limit may go either way.
func TestEngineAccessAgainstPoints(t *testing.T) {
	for seed := range uint64(4) {
		in := quarter(seed, 6)
		const reach = 18
		got := compute(t, "rescue.access_share", in, "reach_m=18 least_width_m=4")
		states := make(map[string]string)
		for _, f := range got.Drawn.Features {
			states[f.ID], _ = f.Text("state")
		}
		sure := 0
		for _, b := range in.inside("buildings") {
			open, doubtful := math.Inf(1), math.Inf(1)
			outline := geo.Feature{Geometry: orb.LineString(b.Geometry.(orb.Polygon)[0])}
			for i := range in.Scene.Layers["ways"] {
				f := &in.Scene.Layers["ways"][i]
				class, width := f.Attributes["class"], f.Attributes["width_m"]
				if class == "footway" || width != nil && width.(float64) < 4 {
					continue
				}
				into := &open
				if class == "service" && width == nil {
					into = &doubtful
				}
				walkAlong(f, func(p orb.Point, _ float64) { *into = min(*into, geo.DistanceTo(outline.Geometry, p)) })
			}
			want := "beyond"
			switch {
			case math.Abs(open-reach) < 0.5 || math.Abs(doubtful-reach) < 0.5:
				continue
			case open < reach:
				want = "reached"
			case doubtful < reach:
				want = "unknown"
			}
			if sure++; states[b.ID] != want {
				t.Errorf("seed %d: %s is %q, points say %q (%v, %v)", seed, b.ID, states[b.ID], want, open, doubtful)
			}
		}
		if sure < 20 {
			t.Errorf("seed %d: only %d buildings are clear", seed, sure)
		}
	}
}

// Green and sealed ground, by counting cells of a quarter of a metre.
func TestGroundAgainstCells(t *testing.T) {
	const cell = 0.25
	for seed := range uint64(2) {
		in := quarter(seed, 3)
		widths := map[string]float64{"residential": 7, "tertiary": 7, "service": 4, "footway": 2}
		g, err := groundOf(in.Scene)
		if err != nil {
			t.Fatal(err)
		}
		type strip struct {
			f     *geo.Feature
			half  float64
			reach geo.Extent
		}
		var strips []strip
		for i := range in.Scene.Layers["ways"] {
			f := &in.Scene.Layers["ways"][i]
			if f.Attributes["surface"] == "gravel" {
				continue
			}
			class, _ := f.Text("class")
			width, told := f.Number("width_m")
			if !told {
				width = widths[class]
			}
			strips = append(strips, strip{f, width / 2, geo.ExtentOf(f.Geometry).Grow(width / 2)})
		}
		var all, green, roofs, sealed float64
		for x := g.extent.MinX + cell/2; x < g.extent.MaxX; x += cell {
			for y := g.extent.MinY + cell/2; y < g.extent.MaxY; y += cell {
				p := orb.Point{x, y}
				if !geo.Inside(in.Scene.Community.Geometry, p) {
					continue
				}
				all++
				share := 0.0
				for i := range in.Scene.Layers["greens"] {
					if f := &in.Scene.Layers["greens"][i]; geo.Inside(f.Geometry, p) {
						of, told := f.Number("counted_share")
						if !told {
							of = 1
						}
						share = max(share, of)
					}
				}
				green += share
				if slices.ContainsFunc(in.Scene.Layers["buildings"], func(f geo.Feature) bool { return geo.Inside(f.Geometry, p) }) {
					roofs++
				} else if slices.ContainsFunc(strips, func(s strip) bool { return s.reach.Contains(p) && geo.DistanceTo(s.f.Geometry, p) <= s.half }) {
					sealed++
				}
			}
		}
		if got := value(compute(t, "green.ratio", in, "")); math.Abs(got-100*green/all) > 0.1 || got < 1 {
			t.Errorf("seed %d: green ratio %v %%, cells say %v", seed, got, 100*green/all)
		}
		with := "street_width_m=7 service_width_m=4 path_width_m=2"
		if got, want := value(compute(t, "pervious.share", in, with)), 100*(all-roofs-sealed)/all; math.Abs(got-want) > 0.15 {
			t.Errorf("seed %d: pervious share %v %%, cells say %v", seed, got, want)
		}
		want := (0.9*roofs + 0.8*sealed + 0.2*(all-roofs-sealed)) / all
		if got := value(compute(t, "runoff.coefficient", in, with+" roof=0.9 sealed=0.8 green=0.2")); math.Abs(got-want) > 0.002 {
			t.Errorf("seed %d: runoff %v, cells say %v", seed, got, want)
		}
	}
}

// The circle, by asking the network for the walks of every house on its own.
func TestCircleAgainstSingleWalks(t *testing.T) {
	for seed := range uint64(3) {
		in := quarter(seed, 6)
		with := "categories=sport,commerce|care minutes=3 profile=plain weight=households"
		p := params(with)
		in.Runs = make(map[string]Run)
		of, _ := ByID("walk.circle_share")
		for _, need := range of.Needs(p) {
			in.Runs[need.Key()] = walkOf(in, need)
		}
		got := compute(t, "walk.circle_share", in, with)
		n, err := walk.BuildNetwork(in.Scene, walkers()["plain"])
		if err != nil {
			t.Fatal(err)
		}
		reached, all := 0.0, 0.0
		for _, b := range in.inside("buildings") {
			c, _ := walk.CentreOf(&b)
			minutes := make(map[string]float64)
			for _, w := range n.Why(c, "sport", "commerce", "care").Walks {
				if minutes[w.Category] = math.Inf(1); w.Venue != "" {
					minutes[w.Category] = w.Minutes
				}
			}
			households, _ := b.Number("households")
			all += households
			if minutes["sport"] <= 3 && min(minutes["commerce"], minutes["care"]) <= 3 {
				reached += households
			}
		}
		if *got.Numerator != reached || *got.Denominator != all || all == 0 {
			t.Errorf("seed %d: %v of %v households, single walks say %v of %v", seed, *got.Numerator, *got.Denominator, reached, all)
		}
	}
}

// Connected paths, by painting one place of the network after the other.
func TestConnectedPathsAgainstPainting(t *testing.T) {
	for seed := range uint64(4) {
		in := onWays(quarter(seed, 4))
		n, err := in.Network(onFoot)
		if err != nil {
			t.Fatal(err)
		}
		colour := make(map[orb.Point]orb.Point) // every end to one of its part
		var find func(orb.Point) orb.Point
		find = func(p orb.Point) orb.Point {
			if q, ok := colour[p]; ok && q != p {
				return find(q)
			}
			return p
		}
		g, _ := groundOf(in.Scene)
		stretches := n.Stretches()
		for _, s := range stretches {
			colour[find(s.Line[0])] = find(s.Line[len(s.Line)-1])
		}
		length, all := make(map[orb.Point]float64), 0.0
		for _, s := range stretches {
			inside := g.within(measured(s.Line)).length()
			length[find(s.Line[0])] += inside
			all += inside
		}
		most := 0.0
		for _, l := range length {
			most = max(most, l)
		}
		got := compute(t, "paths.connected_share", in, "")
		if math.Abs(*got.Numerator-most) > 0.1 || math.Abs(*got.Denominator-all) > 0.1 {
			t.Errorf("seed %d: %v of %v m, painting says %v of %v", seed, *got.Numerator, *got.Denominator, most, all)
		}
	}
}
