package metric

import (
	"math"
	"reflect"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/overlay"
)

// item is a feature with what is known of it on a ground. What costs something is found
// out when it is first asked for.
type item struct {
	geo.Feature
	extent geo.Extent // empty where the geometry is not finite

	countsOnce sync.Once
	counts     bool

	touchesOnce sync.Once
	touches     bool

	areasOnce sync.Once
	areas     []orb.Geometry
	areas_m2  float64

	serviceOnce sync.Once
	service     []orb.Geometry
	serviceErr  error

	linesOnce sync.Once
	lines     []wayPiece

	coveredOnce sync.Once
	covered_m2  float64
	coveredErr  error
}

func newItem(f *geo.Feature) *item {
	x := &item{Feature: *f, extent: geo.EmptyExtent()}
	if geo.Finite(f.Geometry) {
		x.extent = geo.ExtentOf(f.Geometry)
	}
	return x
}

// counted tells whether the feature counts in the community by its centre.
func (g *ground) counted(x *item) bool {
	x.countsOnce.Do(func() { x.counts = g.counts(&x.Feature) })
	return x.counts
}

// touched tells whether some of the feature lies in the community.
func (g *ground) touched(x *item) bool {
	x.touchesOnce.Do(func() { x.touches = g.touches(&x.Feature) })
	return x.touches
}

// patches are the areas of the feature, each valid.
func (x *item) patches() []orb.Geometry {
	x.areasOnce.Do(func() {
		x.areas = slices.Clip(patches(&x.Feature))
		for _, shape := range x.areas {
			x.areas_m2 += geo.Area(shape)
		}
	})
	return x.areas
}

// patched_m2 is the area of the patches in square metres.
func (x *item) patched_m2() float64 {
	x.patches()
	return x.areas_m2
}

// serviceArea is what lies within the service radius of a park, patch by patch.
func (x *item) serviceArea() ([]orb.Geometry, error) {
	x.serviceOnce.Do(func() {
		for _, shape := range x.patches() {
			around, err := overlay.Buffer(shape, serviceReach(x), overlay.Round)
			if err != nil {
				x.serviceErr = err
				return
			}
			x.service = append(x.service, around)
		}
	})
	return x.service, x.serviceErr
}

// pieces are the lines of the feature with what of them lies in the community; those
// without any such part are left out.
func (g *ground) pieces(x *item) []wayPiece {
	x.linesOnce.Do(func() {
		if x.extent.IsEmpty() {
			return
		}
		for _, line := range geo.Lines(x.Geometry) {
			p := wayPiece{&x.Feature, measured(line), nil}
			if p.in = g.within(p.track); len(p.in) > 0 {
				x.lines = append(x.lines, p)
			}
		}
	})
	return x.lines
}

// area is how much of the areas of the feature lies in the community, in square metres.
func (g *ground) area(x *item) (float64, error) {
	x.coveredOnce.Do(func() { x.covered_m2, x.coveredErr = g.covered(&x.Feature) })
	return x.covered_m2, x.coveredErr
}

// count sorts out which features of the layer count in the community.
func (v *view) count(g *ground) {
	v.countsOnce.Do(func() {
		for _, x := range v.items {
			if g.counted(x) {
				v.counted, v.inside = append(v.counted, x), append(v.inside, x.Feature)
			}
		}
		v.inside = slices.Clip(v.inside)
	})
}

// sameFeature tells whether two features are the same to every metric: in id, geometry
// and attributes.
func sameFeature(a, b *geo.Feature) bool {
	return a.ID == b.ID && sameGeometry(a.Geometry, b.Geometry) && sameAttributes(a.Attributes, b.Attributes)
}

func sameAttributes(a, b map[string]any) bool {
	if len(a) != len(b) {
		return false
	}
	if reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer() {
		return true
	}
	for name, v := range a {
		w, ok := b[name]
		if !ok || !sameValue(v, w) {
			return false
		}
	}
	return true
}

// sameValue tells whether two values of attributes are the same to the last bit; of
// types that attributes do not have it says no.
func sameValue(v, w any) bool {
	switch v := v.(type) {
	case nil:
		return w == nil
	case bool, int64, string:
		return v == w
	case float64:
		w, ok := w.(float64)
		return ok && sameNumber(v, w)
	}
	return false
}

func sameNumber(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }

func samePoint(a, b orb.Point) bool { return sameNumber(a[0], b[0]) && sameNumber(a[1], b[1]) }

// sameGeometry tells whether two geometries are of one kind and the same to the last
// bit.
func sameGeometry(a, b orb.Geometry) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case orb.Point:
		b, ok := b.(orb.Point)
		return ok && samePoint(a, b)
	case orb.MultiPoint:
		b, ok := b.(orb.MultiPoint)
		return ok && sameList(a, b, samePoint)
	case orb.LineString:
		b, ok := b.(orb.LineString)
		return ok && sameList(a, b, samePoint)
	case orb.Ring:
		b, ok := b.(orb.Ring)
		return ok && sameList(a, b, samePoint)
	case orb.MultiLineString:
		b, ok := b.(orb.MultiLineString)
		return ok && sameList(a, b, sameLine)
	case orb.Polygon:
		b, ok := b.(orb.Polygon)
		return ok && sameList(a, b, sameRing)
	case orb.MultiPolygon:
		b, ok := b.(orb.MultiPolygon)
		return ok && sameList(a, b, func(p, q orb.Polygon) bool { return sameList(p, q, sameRing) })
	case orb.Collection:
		b, ok := b.(orb.Collection)
		return ok && sameList(a, b, sameGeometry)
	case orb.Bound:
		b, ok := b.(orb.Bound)
		return ok && samePoint(a.Min, b.Min) && samePoint(a.Max, b.Max)
	}
	return false
}

func sameLine(a, b orb.LineString) bool { return sameList(a, b, samePoint) }

func sameRing(a, b orb.Ring) bool { return sameList(a, b, samePoint) }

// sameList compares lists, without looking at them where they are one and the same.
func sameList[T any](a, b []T, same func(T, T) bool) bool {
	return sameSlice(a, b) || slices.EqualFunc(a, b, same)
}
