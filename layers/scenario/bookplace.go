package scenario

import (
	"cmp"
	"context"
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
	georepair "yiju/geo/overlay"
	"yiju/layers"
)

// farAway_km is how far from the place an edit may lie. It is generous: it is there
// for axes that were swapped, metres taken for degrees, and the plan of another city.
const farAway_km = 100

// crossed is the share of an area by which repair may change it before its outline
// counts as one that crosses itself; less is what the rounding of a move makes.
const crossed = 1e-6

// CheckPlaces holds edits that a person hands in against where the place is, which a
// schema does not know, and gives an *layers.InvalidError that names every edit whose
// geometry is not in degrees, lies nowhere near what the workspace holds, has no
// extent, or crosses itself. A Book takes such edits all the same.
func CheckPlaces(ctx context.Context, base layers.Reader, edits []*Edit) error {
	reach, err := reachOf(ctx, base)
	if err != nil {
		return err
	}
	bad := &layers.InvalidError{}
	for _, e := range edits {
		id, g := e.ID, e.Geometry
		if e.Feature != nil {
			id, g = cmp.Or(id, e.Feature.ID), e.Feature.Geometry
		}
		m, wrong := misplaced(g, reach)
		if !wrong {
			continue
		}
		if bad.Total++; len(bad.Problems) < layers.MaxProblems {
			bad.Problems = append(bad.Problems, geo.Problem{Layer: e.Layer, ID: id, Field: "geometry", Message: m})
		}
	}
	if bad.Total > 0 {
		return bad
	}
	return nil
}

// Brought lists the edits that steps bring.
func Brought(steps []Step) []*Edit {
	var out []*Edit
	for i := range steps {
		if steps[i].Edit != nil {
			out = append(out, steps[i].Edit)
		}
	}
	return out
}

// reachOf is the extent of what the workspace holds, in degrees, grown by farAway_km;
// empty where it holds nothing with a place.
func reachOf(ctx context.Context, base layers.Reader) (geo.Extent, error) {
	infos, err := base.Layers(ctx)
	if err != nil {
		return geo.Extent{}, err
	}
	whole := geo.EmptyExtent()
	for _, info := range infos {
		if info.Schema.Kind != geo.Result && !layers.Own(info.Schema.Layer) && onEarth(info.Extent) {
			whole = whole.Union(info.Extent)
		}
	}
	if whole.IsEmpty() {
		return whole, nil
	}
	const km = 1 / 111.3 // degrees of latitude
	far := farAway_km * km
	wide := far / max(math.Cos(whole.Centre()[1]*math.Pi/180), 0.05)
	return geo.Extent{MinX: whole.MinX - wide, MaxX: whole.MaxX + wide, MinY: whole.MinY - far, MaxY: whole.MaxY + far}, nil
}

func onEarth(e geo.Extent) bool {
	return !e.IsEmpty() && e.MinX >= -180 && e.MaxX <= 180 && e.MinY >= -90 && e.MaxY <= 90
}

// misplaced tells what is wrong with where a geometry lies, or with its outline, that a
// schema does not know: it is not in degrees, nowhere near the place, without extent,
// or crosses itself.
func misplaced(g orb.Geometry, reach geo.Extent) (geo.Text, bool) {
	if g == nil || !geo.Finite(g) {
		return geo.Text{}, false
	}
	e := geo.ExtentOf(g)
	if e.IsEmpty() {
		return geo.Text{}, false
	}
	turned := geo.Extent{MinX: e.MinY, MinY: e.MinX, MaxX: e.MaxY, MaxY: e.MaxX}
	swapped := !reach.IsEmpty() && within(turned, reach)
	switch {
	case !reach.IsEmpty() && !within(e, reach) && swapped:
		return geo.T("经度与纬度颠倒：先经度，后纬度", "has latitude and longitude swapped: longitude comes first"), true
	case !onEarth(e):
		return geo.T("坐标不是经纬度；米制坐标请以文件导入并指定坐标系（--crs）", "is not in degrees; import metres as a file, with their CRS (--crs)"), true
	case !reach.IsEmpty() && !within(e, reach):
		c := e.Centre()
		return geo.Tf("位于 %.4f, %.4f，距本工作区 %d 公里以上；检查坐标和坐标系", "lies at %.4f, %.4f, more than %d km from what the workspace holds; check the coordinates and their CRS", c[0], c[1], farAway_km), true
	}
	return shapeless(g)
}

// shapeless tells of lines without length and of areas that cross themselves.
func shapeless(g orb.Geometry) (geo.Text, bool) {
	for _, line := range geo.Lines(g) {
		if e := geo.ExtentOf(line); e.MinX == e.MaxX && e.MinY == e.MaxY {
			return geo.T("线的顶点都在同一处", "is a line whose vertices are all at one place"), true
		}
	}
	if len(geo.Polygons(g)) == 0 {
		return geo.Text{}, false
	}
	reason, err := georepair.Invalid(g)
	if err == nil && reason == "" {
		return geo.Text{}, false
	}
	mended, mendErr := georepair.MakeValid(g)
	was := geo.Area(g)
	if err == nil && mendErr == nil && was > 0 && math.Abs(geo.Area(mended)-was) <= crossed*was {
		return geo.Text{}, false
	}
	return geo.Tf("面的边界自相交：%s；请重新勾画", "is an area whose outline crosses itself: %s; draw it anew", reason), true
}

func within(e, whole geo.Extent) bool {
	return e.MinX >= whole.MinX && e.MaxX <= whole.MaxX && e.MinY >= whole.MinY && e.MaxY <= whole.MaxY
}
