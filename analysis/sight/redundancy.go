package sight

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/index"
	"yiju/geo/overlay"
)

// cover is where a number of cameras see the target.
type cover struct {
	cameras int // mostCovers stands for that many and more
	area    orb.MultiPolygon
}

// mostCovers is the number of cameras from which on the map does not count.
const mostCovers = 5

// plotSide_m is the side of the squares that redundancy is worked out in: overlays
// of a few areas at a time stay quick however large the town is.
const plotSide_m = 120

// plot is one of these squares.
type plot struct {
	extent geo.Extent
	areas  []int // cameras that see into it
	levels []orb.Geometry
	lone   []float64 // by areas: what it alone sees, in square metres
	err    error
}

// redundancy counts the cameras that see each place, of those that work for all
// that is known.
func (r *run) redundancy() {
	if !r.p.wants("redundancy") && !r.p.wants("cameras") {
		return
	}
	plots := r.plots()
	parallel(len(plots), func() func(int) {
		return func(i int) { plots[i].count(r.views) }
	})
	parts := make([][]orb.Geometry, mostCovers)
	for i := range plots {
		p := &plots[i]
		if p.err != nil {
			r.err = p.err
			return
		}
		for n, g := range p.levels {
			if g != nil {
				parts[n] = append(parts[n], g)
			}
		}
		for k, c := range p.areas {
			r.lone[c].area_m2 += p.lone[k]
		}
	}
	covers := make([]cover, mostCovers)
	parallel(mostCovers, func() func(int) {
		return func(n int) {
			whole, err := overlay.Union(parts[n]...)
			if err != nil { // the pieces are as good, with their seams
				whole = orb.Collection(parts[n])
			}
			c := cover{cameras: n + 1}
			for _, poly := range geo.Polygons(whole) {
				if geo.Area(poly) > leastArea_m2 {
					c.area = append(c.area, poly)
				}
			}
			covers[n] = c
		}
	})
	r.covers = covers
}

// plots lists the squares that any camera sees into, row by row.
func (r *run) plots() []plot {
	all := geo.EmptyExtent()
	x := &index.Index{}
	for i := range r.views {
		if working, known := r.m.cameras[i].on(); known && !working {
			continue
		}
		e := geo.ExtentOf(r.views[i].counted)
		x.Add(i, e)
		all = all.Union(e)
	}
	if all.IsEmpty() {
		return nil
	}
	var out []plot
	for y := math.Floor(all.MinY / plotSide_m); y*plotSide_m < all.MaxY; y++ {
		for c := math.Floor(all.MinX / plotSide_m); c*plotSide_m < all.MaxX; c++ {
			e := geo.Extent{MinX: c * plotSide_m, MinY: y * plotSide_m, MaxX: (c + 1) * plotSide_m, MaxY: (y + 1) * plotSide_m}
			if areas := x.Touching(e); len(areas) > 0 {
				out = append(out, plot{extent: e, areas: areas})
			}
		}
	}
	return out
}

// count lays the areas of a plot over one another, one after the other: level n is
// where at least n+1 of those so far see.
func (p *plot) count(views []seen) {
	square := orb.Geometry(p.extent.Polygon())
	atLeast := make([]orb.Geometry, mostCovers+1)
	pieces := make([]orb.Geometry, len(p.areas))
	for k, i := range p.areas {
		piece := p.try(overlay.Intersection(tidy(views[i].counted), square))
		piece = onlyAreas(piece)
		pieces[k] = piece
		if piece == nil {
			continue
		}
		for n := len(atLeast) - 1; n > 0; n-- {
			if atLeast[n-1] == nil {
				continue
			}
			if both := onlyAreas(p.try(overlay.Intersection(atLeast[n-1], piece))); both != nil {
				atLeast[n] = p.try(overlay.Union(atLeast[n], both))
			}
		}
		atLeast[0] = p.try(overlay.Union(atLeast[0], piece))
	}
	p.levels = make([]orb.Geometry, mostCovers)
	for n := range p.levels {
		p.levels[n] = atLeast[n]
		if n+1 < mostCovers {
			p.levels[n] = onlyAreas(p.try(overlay.Difference(atLeast[n], atLeast[n+1])))
		}
	}
	p.lone = make([]float64, len(p.areas))
	for k := range pieces {
		if pieces[k] != nil && p.levels[0] != nil {
			p.lone[k] = geo.Area(p.try(overlay.Intersection(pieces[k], p.levels[0])))
		}
	}
}

func (p *plot) try(g orb.Geometry, err error) orb.Geometry {
	if err != nil && p.err == nil {
		p.err = err
	}
	return g
}

// tidy repairs an area that GEOS would not take.
func tidy(g orb.MultiPolygon) orb.Geometry {
	if len(g) == 0 {
		return nil
	}
	if reason, err := overlay.Invalid(g); err == nil && reason == "" {
		return g
	}
	fixed, err := overlay.MakeValid(g)
	if err != nil {
		return nil
	}
	return onlyAreas(fixed)
}

// onlyAreas drops points and lines that areas share where they touch.
func onlyAreas(g orb.Geometry) orb.Geometry {
	polygons := geo.Polygons(g)
	polygons = slices.DeleteFunc(polygons, func(p orb.Polygon) bool { return geo.Area(p) <= leastArea_m2/100 })
	if len(polygons) == 0 {
		return nil
	}
	return orb.MultiPolygon(polygons)
}
