package radio

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Kinds of candidates.
const (
	Rooftop  = "rooftop"
	LampPost = "lamp"
)

// What is taken for candidates; a team that knows better gives its own.
const (
	// roofMastM is how far above its roof an antenna stands.
	roofMastM = 3.0
	// lampM is how high an antenna on a lamp post stands.
	lampM = 8.0
	// roofEveryM is the side of the squares of which each gives its highest roof.
	roofEveryM = 100.0
)

// Rooftops are candidates on the roofs of the community: in each square of 100 m the
// highest roof of known height, an antenna 3 m above it, in the middle of the
// building. They are ordered by id, which is that of the building.
func (m *Model) Rooftops() []Candidate {
	type square struct{ x, y int }
	best := make(map[square]Candidate)
	for i := range m.buildings {
		f, p := &m.buildings[i], &m.prisms[i]
		if !p.known || p.assumed {
			continue
		}
		at, ok := middle(f.Geometry)
		if !ok || !geo.Inside(m.community.Geometry, at) {
			continue
		}
		c := Candidate{ID: f.ID, Kind: Rooftop, At: at, HeightM: round(p.topM+roofMastM-m.GroundM(at), 2), OnBuilding: f.ID}
		k := square{int(math.Floor(at[0] / roofEveryM)), int(math.Floor(at[1] / roofEveryM))}
		if old, ok := best[k]; !ok || c.HeightM > old.HeightM {
			best[k] = c
		}
	}
	out := make([]Candidate, 0, len(best))
	for _, c := range best {
		if c.HeightM > 0 {
			out = append(out, c)
		}
	}
	return sortedCandidates(out)
}

// middle is the centre of gravity where the geometry holds it, else the middle of the
// widest stretch of it on the level of its centre.
func middle(g orb.Geometry) (orb.Point, bool) {
	at, ok := geo.Centroid(g)
	if !ok || geo.Inside(g, at) {
		return at, ok
	}
	var f filler
	for _, poly := range geo.Polygons(g) {
		f.cross(poly, at[1])
		widest := 0.0
		for i := 0; i+1 < len(f.crossings); i += 2 {
			if w := f.crossings[i+1] - f.crossings[i]; w > widest {
				widest, at[0] = w, (f.crossings[i]+f.crossings[i+1])/2
			}
		}
		if widest > 0 {
			return at, true
		}
	}
	return at, false
}

// LampPosts are candidates on the lamps of the community, 8 m up. They are ordered by
// id, which is that of the device. devices are features of layer devices.
func (m *Model) LampPosts(devices []geo.Feature) []Candidate {
	var out []Candidate
	for i := range devices {
		f := &devices[i]
		kind, _ := f.Text("kind")
		at, ok := pointOf(f.Geometry)
		if kind == "lamp" && ok && geo.Inside(m.community.Geometry, at) {
			out = append(out, Candidate{ID: f.ID, Kind: LampPost, At: at, HeightM: lampM})
		}
	}
	return sortedCandidates(out)
}

func sortedCandidates(c []Candidate) []Candidate {
	slices.SortFunc(c, func(a, b Candidate) int { return cmp.Compare(a.ID, b.ID) })
	return c
}
