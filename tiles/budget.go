package tiles

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// pruneFactor times Options.MaxFeatures bounds, per layer, how many drawn features
// are held before the least are dropped early. What remains does not depend on
// the order they came in.
const pruneFactor = 4

// fit drops features of written layers until these are within the tile's bounds.
// Layers below a common share keep all they have; the others are cut down to it.
func fit(all []*drawing, o *Options, z uint8) {
	sizes := make([]int, len(all))
	for i, d := range all {
		sizes[i] = len(d.items)
	}
	share := fairShare(sizes, o.MaxFeatures)
	for i, d := range all {
		if len(d.items) > share {
			d.weigh()
			d.shrink(share)
			d.finish()
		}
		sizes[i] = len(d.layer)
	}
	share = fairShare(sizes, o.maxBytes(z))
	for _, d := range all {
		if len(d.layer) > share {
			d.weigh()
		}
		for len(d.layer) > share {
			// A little less than in proportion, so that one or two rounds do.
			const haste = 0.97
			n := int(float64(len(d.items)) * haste * float64(share) / float64(len(d.layer)))
			d.shrink(min(n, len(d.items)-1))
			d.finish()
		}
	}
}

// fairShare is the largest number such that sizes, each cut down to it, sum to at
// most total.
func fairShare(sizes []int, total int) int {
	sorted := slices.Sorted(slices.Values(sizes))
	for i, size := range sorted {
		if left := len(sorted) - i; size > total/left {
			return total / left
		}
		total -= size
	}
	return math.MaxInt
}

// shrink keeps the n items of greatest weight, in the order of ids.
func (d *drawing) shrink(n int) {
	n = max(n, 0)
	slices.SortFunc(d.items, heavier)
	d.dropped += len(d.items) - n
	clear(d.items[n:])
	d.items = d.items[:n]
	d.sort()
}

func heavier(a, b item) int {
	return cmp.Or(-cmp.Compare(a.weight, b.weight), strings.Compare(a.feature.ID, b.feature.ID), -cmp.Compare(a.kind, b.kind))
}

// weigh tells how much each item shows on the map, in square units: the area of
// an area; what a line covers at a pixel's width; for a point, the largest square
// of the map's grid in which it is the chosen one. It depends on the whole
// feature, not on what of it is in the tile, so that neighbours agree.
func (d *drawing) weigh() {
	const lineWidth = 8
	for i := range d.items {
		it := &d.items[i]
		switch it.kind {
		case areaKind:
			it.weight = d.shape.frame.areaOf(it.feature.Geometry)
		case lineKind:
			it.weight = d.shape.frame.lengthOf(it.feature.Geometry) * lineWidth
		}
	}
	d.weighPoints()
}

// square is a cell of a grid over the tile with cells of 2^level units.
type square struct {
	level uint8
	x, y  int32
}

func (d *drawing) weighPoints() {
	const levels = 12 // 2¹² units are the tile
	var points []int
	for i := range d.items {
		if d.items[i].kind == pointKind {
			points = append(points, i)
		}
	}
	// Hashed ids give an order that has nothing to do with place.
	slices.SortFunc(points, func(a, b int) int {
		p, q := d.items[a].feature.ID, d.items[b].feature.ID
		return cmp.Or(cmp.Compare(FeatureID(p), FeatureID(q)), strings.Compare(p, q))
	})
	taken := make(map[square]bool)
	for _, i := range points {
		it := &d.items[i]
		p := firstPoint(d.geometry[it.from:it.to])
		it.weight = 0
		for level := levels; level >= 0; level-- {
			s := square{uint8(level), int32(p[0] >> level), int32(p[1] >> level)}
			if !taken[s] {
				taken[s] = true
				it.weight = max(it.weight, math.Exp2(float64(2*level)))
			}
		}
	}
}

// prune drops early what shrink would drop in the end anyway: all but most of the
// heaviest lines and areas, and the points that are not chosen in squares so
// large that at most most are.
func (d *drawing) prune(most int) {
	d.weigh()
	slices.SortFunc(d.items, heavier)
	lines, points := 0, 0
	least := 0.0 // weight of points that stay
	for i := range d.items {
		if d.items[i].kind != pointKind {
			continue
		}
		if points++; points > most {
			least = 4 * max(d.items[i].weight, 0.25)
			break
		}
	}
	kept := d.items[:0]
	for _, it := range d.items {
		stays := it.kind == pointKind && it.weight >= least
		if it.kind != pointKind {
			lines++
			stays = lines <= most
		}
		if stays {
			kept = append(kept, it)
		}
	}
	d.dropped += len(d.items) - len(kept)
	clear(d.items[len(kept):])
	d.items = kept
	d.compact()
}

// compact forgets the geometry of items that are gone.
func (d *drawing) compact() {
	slices.SortFunc(d.items, func(a, b item) int { return cmp.Compare(a.from, b.from) })
	end := 0
	for i := range d.items {
		it := &d.items[i]
		n := copy(d.geometry[end:], d.geometry[it.from:it.to])
		it.from, it.to = end, end+n
		end += n
	}
	d.geometry = d.geometry[:end]
}

// areaOf is the area of a geometry in square units, nearly.
func (f *frame) areaOf(g orb.Geometry) float64 {
	c := geo.ExtentOf(g).Centre()
	return geo.Area(g) * f.perDegree * f.perDegree * f.stretch(c[1])
}

// lengthOf is the length of the lines of a geometry in units, nearly.
func (f *frame) lengthOf(g orb.Geometry) float64 {
	k := f.stretch(geo.ExtentOf(g).Centre()[1])
	sum := 0.0
	for _, l := range geo.Lines(g) {
		for i := 1; i < len(l); i++ {
			sum += math.Hypot(l[i][0]-l[i-1][0], (l[i][1]-l[i-1][1])*k)
		}
	}
	return sum * f.perDegree
}

// stretch is how much longer a degree of latitude is drawn than one of longitude.
func (f *frame) stretch(lat float64) float64 {
	return 1 / math.Cos(math.Max(-MaxLatitude, math.Min(MaxLatitude, lat))*math.Pi/180)
}
