package demo_test

import (
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Every pipe runs from node to node, and every network is one piece.
func TestPipesHangTogether(t *testing.T) {
	nodes := byID(scene(t, "pipe_nodes"))
	networks := make(map[string]map[string][]string)
	for _, pipe := range scene(t, "pipes") {
		l := pipe.Geometry.(orb.LineString)
		from, to := nodes[text(pipe, "from")], nodes[text(pipe, "to")]
		if first(from.Geometry) != l[0] || first(to.Geometry) != l[len(l)-1] {
			t.Errorf("%s does not run from %q to %q", pipe.ID, from.ID, to.ID)
		}
		name := text(pipe, "network")
		if text(from, "network") != name || text(to, "network") != name {
			t.Errorf("%s of %s joins nodes of %s and %s", pipe.ID, name, text(from, "network"), text(to, "network"))
		}
		if networks[name] == nil {
			networks[name] = make(map[string][]string)
		}
		networks[name][from.ID] = append(networks[name][from.ID], to.ID)
		networks[name][to.ID] = append(networks[name][to.ID], from.ID)
	}
	if len(networks) != 7 {
		t.Errorf("%d networks, want 7", len(networks))
	}
	for name, next := range networks {
		seen := make(map[string]bool)
		for id := range next {
			reach(next, id, seen)
			break
		}
		if len(seen) != len(next) {
			t.Errorf("%s: %d of %d nodes hang together", name, len(seen), len(next))
		}
	}
}

func reach(next map[string][]string, id string, seen map[string]bool) {
	if seen[id] {
		return
	}
	seen[id] = true
	for _, other := range next[id] {
		reach(next, other, seen)
	}
}

// Sewage and rain run downhill, under cover all the way.
func TestGravityPipesFall(t *testing.T) {
	nodes := byID(scene(t, "pipe_nodes"))
	checked := 0
	for _, pipe := range scene(t, "pipes") {
		if pipe.Z == nil {
			continue
		}
		checked++
		fall := pipe.Z[0] - pipe.Z[len(pipe.Z)-1]
		if slope := fall / geo.Length(pipe.Geometry); slope < 0.002 {
			t.Errorf("%s falls by %.4f", pipe.ID, slope)
		}
		for k, id := range []string{text(pipe, "from"), text(pipe, "to")} {
			node := nodes[id]
			ground, _ := node.Number("ground_m")
			if invert, _ := node.Number("invert_m"); invert != pipe.Z[k*(len(pipe.Z)-1)] || ground-invert < 0.9 || ground-invert > 6 {
				t.Errorf("%s at %s: level %.2f below ground %.2f", pipe.ID, id, invert, ground)
			}
		}
		if depth, known := pipe.Number("depth_m"); known && depth < 0.6 {
			t.Errorf("%s has %.2f m of cover", pipe.ID, depth)
		}
	}
	if checked < 200 {
		t.Errorf("only %d gravity pipes", checked)
	}
}

// Hydrants are near enough to one another.
func TestHydrantsServeDwellings(t *testing.T) {
	const radius_m = 150 // GB 50974-2014, 7.2.5
	hydrants := where(scene(t, "pipe_nodes"), "kind", "hydrant")
	for _, b := range scene(t, "buildings") {
		if _, lived := b.Number("households"); !lived {
			continue
		}
		at, _ := geo.Centroid(b.Geometry)
		near := only(hydrants, func(h *geo.Feature) bool { return geo.Distance(first(h.Geometry), at) <= radius_m })
		if len(near) == 0 {
			t.Errorf("%s has no hydrant within %d m", b.ID, radius_m)
		}
	}
}
