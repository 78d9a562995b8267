package sight

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// What is told of a stretch of a line is what a single look at any of its places
// tells. On flat ground cuts are exact; on terrain they are good to a centimetre,
// and what shows for less than a metre may be missed.
func TestLinesAgreeWithPlaces(t *testing.T) {
	checked, cuts, missed := 0, 0, 0
	for seed := range uint64(24) {
		var ground analysis.Terrain
		if seed%3 == 2 {
			ground = hills{float64(seed) / 8, 30}
		}
		m := mustModel(t, randomTown(seed, 90, int(seed), int(seed)/3, 12, ground), Params{ReachM: 70})
		s := &sightline{m: m}
		r := rand.New(rand.NewPCG(seed, 4))
		at := func() orb.Point { return orb.Point{500_000 + r.Float64()*90, 4_000_000 + r.Float64()*90} }
		for range 4 {
			line := orb.LineString{at(), at(), at()}
			for i := range m.cameras {
				c := &m.cameras[i]
				if !c.able {
					continue
				}
				need := r.IntN(3)
				states := s.lineStates(line, c, need)
				if states[0].from != 0 || states[len(states)-1].to != 2 {
					t.Fatalf("states from %v to %v", states[0].from, states[len(states)-1].to)
				}
				cuts += len(states) - 1
				for range 60 {
					x := r.Float64() * 2
					seg := int(x)
					st := stateAt(states, x)
					v := s.judge(c, &c.now, m.target(between(line[seg], line[seg+1], x-float64(seg))), need)
					checked++
					// Of several that block, which is named first may change within a stretch.
					if v.same(&st.v) || v.reason == st.v.reason && v.class == st.v.class && v.obstacle.solid >= 0 && st.v.obstacle.solid >= 0 {
						continue
					}
					length := geo.Distance(line[seg], line[seg+1])
					edge := min(x-st.from, st.to-x) * length
					switch {
					case edge < 1e-5:
					case ground != nil && (edge < 2*lineTol_m || st.v.reason != OutOfField):
						missed++
					default:
						t.Errorf("seed %d, camera %s, %.4f m from a cut: line %+v, place %+v", seed, c.ID, edge, st.v, v)
					}
				}
			}
		}
	}
	if missed > checked/500 {
		t.Errorf("%d of %d places are told wrong on terrain", missed, checked)
	}
	t.Logf("%d places, %d cuts, %d missed on terrain", checked, cuts, missed)
}

func stateAt(states []lineState, x float64) *lineState {
	for i := range states {
		if x <= states[i].to {
			return &states[i]
		}
	}
	return &states[len(states)-1]
}

// A line is cut to the community where it crosses its border.
func TestLinesAreCutToTheCommunity(t *testing.T) {
	area := orb.Polygon{{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}, {{4, 4}, {4, 6}, {6, 6}, {6, 4}, {4, 4}}}
	parts := within(orb.LineString{{-5, 5}, {5, 5}, {15, 5}}, area)
	total := 0.0
	for _, p := range parts {
		total += geo.Length(p)
	}
	if len(parts) != 2 || math.Abs(total-8) > 1e-9 {
		t.Errorf("parts %v, %v m", parts, total)
	}
}

// The share of a line that one camera covers is the one computed by hand: a wall of
// 4 m, half-way between, hides twice its length.
func TestLineBehindAWall(t *testing.T) {
	scene := plainScene()
	scene.Layers["cameras"] = []geo.Feature{camera("c", orb.Point{0, 0}, nil)}
	scene.Layers["barriers"] = []geo.Feature{{ID: "w", Geometry: orb.LineString{{-2, 10}, {2, 10}}, Attributes: map[string]any{"kind": "wall", "height_m": 20.0}}}
	scene.Layers["keypoints"] = []geo.Feature{{ID: "road", Geometry: orb.LineString{{-5, 20}, {5, 20}}, Attributes: map[string]any{"kind": "main_road", "required_class": "detect"}}}
	result, err := Run(scene, Params{Table: dori})
	if err != nil {
		t.Fatal(err)
	}
	v := valueOf(t, result, "cameras_roads_share")
	if math.Abs(*v.Numerator-2) > 1e-9 || *v.Denominator != 10 {
		t.Errorf("%v of %v m are covered, want 2 of 10", *v.Numerator, *v.Denominator)
	}
	features := layerOf(t, result, "cameras_keypoints")
	if len(features) != 3 {
		t.Fatalf("%d stretches", len(features))
	}
	if by, _ := features[1].Text("blocked_by"); by != "w" {
		t.Errorf("the middle stretch is blocked by %q", by)
	}
}
