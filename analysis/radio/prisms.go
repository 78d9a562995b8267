package radio

import (
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/overlay"
)

// wall is one side of a building. The inside is to the left of it from a to b where
// the building's outline is a valid one.
type wall struct{ a, b orb.Point }

// prism is a building as it stands in the way of paths.
type prism struct {
	region
	box   geo.Extent
	walls []wall
	// baseM and topM are heights like those of the ground.
	baseM, topM float64
	// known tells that the height is known; what is not blocks nothing. lacking tells
	// that the building does not tell it.
	known, assumed, lacking bool
	// raised tells that paths may pass below it; holds that a phone on its footprint
	// is inside.
	raised, holds bool
	// oriented tells that walls have the inside to their left.
	oriented bool
}

// newPrism makes a building ready.
func (m *Model) newPrism(f *geo.Feature) (p prism) {
	p.region = newRegion(f.Geometry)
	p.box = geo.EmptyExtent()
	for _, e := range p.extent {
		p.box = p.box.Union(e)
	}
	if len(p.rings) == 0 {
		return p
	}
	height, ok := m.buildingHeight(f)
	p.known = ok || m.params.Defaults != nil
	if !ok && m.params.Defaults != nil {
		height, p.known = m.defaultHeight(f)
		p.assumed = p.known
	}
	base, _ := f.Number("base_m")
	centre, _ := geo.Centroid(f.Geometry)
	z := m.ground.height(centre)
	p.baseM, p.topM = z+base, z+height
	p.raised, p.holds = base > 0, base <= m.params.ReceiverM
	p.orient(f.Geometry)
	p.lacking = !ok
	return p
}

// buildingHeight is the height of the roof above ground as the building tells it.
func (m *Model) buildingHeight(f *geo.Feature) (float64, bool) {
	if h, ok := f.Number("height_m"); ok {
		return h, true
	}
	if n, ok := f.Number("floors"); ok {
		base, _ := f.Number("base_m")
		return max(base, 0) + n*FloorM, true
	}
	return 0, false
}

func (m *Model) defaultHeight(f *geo.Feature) (float64, bool) {
	use, _ := f.Text("use")
	if h, ok := m.params.Defaults.BuildingM[use]; ok {
		return h, true
	}
	h, ok := m.params.Defaults.BuildingM[""]
	return h, ok
}

// orient lists the walls, shells counter-clockwise and holes clockwise.
func (p *prism) orient(g orb.Geometry) {
	reason, err := overlay.Invalid(g)
	p.oriented = err == nil && reason == ""
	for _, rings := range p.rings {
		for i, ring := range rings {
			ring = slices.Clone(ring)
			if (ringArea(ring) > 0) != (i == 0) {
				slices.Reverse(ring)
			}
			for k := 1; k < len(ring); k++ {
				if ring[k-1] != ring[k] {
					p.walls = append(p.walls, wall{ring[k-1], ring[k]})
				}
			}
		}
	}
}

// ringArea is twice the area, positive when counter-clockwise.
func ringArea(r orb.Ring) float64 {
	sum := 0.0
	for i := 1; i+1 < len(r); i++ {
		sum += cross(sub(r[i], r[0]), sub(r[i+1], r[0]))
	}
	return sum
}

func cross(a, b orb.Point) float64 { return a[0]*b[1] - a[1]*b[0] }

func sub(a, b orb.Point) orb.Point { return orb.Point{a[0] - b[0], a[1] - b[1]} }

// contains tells whether a place is inside the footprint, by even and odd as pixels
// are filled.
func (p *prism) contains(q orb.Point) bool {
	if !p.box.Contains(q) {
		return false
	}
	for _, rings := range p.rings {
		inside := false
		for _, ring := range rings {
			for i := 1; i < len(ring); i++ {
				a, b := ring[i-1], ring[i]
				if (a[1] <= q[1]) != (b[1] <= q[1]) && a[0]+(b[0]-a[0])*((q[1]-a[1])/(b[1]-a[1])) <= q[0] {
					inside = !inside
				}
			}
		}
		if inside {
			return true
		}
	}
	return false
}
