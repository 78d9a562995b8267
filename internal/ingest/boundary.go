package ingest

import (
	"context"
	"fmt"
	"math"
	"os"

	"github.com/paulmach/orb"

	"yiju/data/geojson"
	"yiju/data/osm"
	"yiju/geo"
	"yiju/geo/overlay"
)

// choose finds the community that the import is about, and with it the window of
// what is kept. data is nil unless it is OpenStreetMap.
func (r *run) choose(ctx context.Context, data *osm.Data) error {
	f, how, err := r.given(ctx, data)
	if err != nil {
		return err
	}
	if f.ID != "" {
		r.explicit = true
		if err := r.usableBoundary(&f); err != nil {
			return err
		}
		window := growMetres(geo.ExtentOf(f.Geometry), r.opts.Margin)
		r.window = &window
		r.adopt(f, how)
		return nil
	}
	if len(r.communities) > 0 && r.opts.Format != Terrain && r.drawing == nil {
		r.report.note(geo.T("未指定边界：导入文件的全部范围，社区不变", "no boundary was given: the whole file is taken, the communities stay as they are"))
	}
	if len(r.communities) == 0 && data != nil {
		r.adoptExtent(data.Extent())
	}
	return nil
}

// adopt makes a feature the community to be written.
func (r *run) adopt(f geo.Feature, how geo.Text) {
	if name, _ := f.Text("name"); name == "" || r.opts.Name != "" {
		name := r.opts.Name
		if name == "" {
			name = r.stem()
		}
		f.Set("name", name)
	}
	name, _ := f.Text("name")
	r.community = &f
	r.report.Community = &Community{ID: f.ID, Name: name, How: how, Extent: geo.ExtentOf(f.Geometry), New: true}
}

// adoptExtent makes the extent of the data the community, for want of another.
func (r *run) adoptExtent(e geo.Extent) {
	if e.IsEmpty() || !(e.MaxX > e.MinX && e.MaxY > e.MinY) {
		return
	}
	r.adopt(geo.Feature{ID: "extent", Geometry: e.Polygon(), Source: geo.Source{Name: r.report.File}, Quality: []string{"geometry=extent of the data"}},
		geo.Tf("未指定边界，取数据范围 %s", "no boundary was given: the extent of the data, %s", words(e)))
}

// words writes an extent as the option --bbox takes it.
func words(e geo.Extent) string {
	return fmt.Sprintf("%.5f,%.5f,%.5f,%.5f", e.MinX, e.MinY, e.MaxX, e.MaxY)
}

// given reads the boundary that the user names; a feature without id when none.
func (r *run) given(ctx context.Context, data *osm.Data) (geo.Feature, geo.Text, error) {
	switch {
	case r.opts.BBox != nil:
		f, err := r.boxFeature(*r.opts.BBox)
		return f, geo.Tf("矩形 %s", "the rectangle %s", words(*r.opts.BBox)), err
	case r.opts.Boundary != "":
		f, err := r.boundaryFile(ctx)
		return f, geo.Tf("边界文件 %s", "from the boundary file %s", r.opts.Boundary), err
	case r.opts.BoundaryID != "" && data == nil:
		return geo.Feature{}, geo.Text{}, geo.Refuse(geo.T("--boundary-id 只用于 OSM 数据", "--boundary-id is for OSM data"),
			geo.T("改用 --boundary 文件或 --bbox", "use --boundary FILE or --bbox"))
	case r.opts.BoundaryID != "":
		f, err := data.Boundary(ctx, r.opts.BoundaryID)
		return f, geo.Tf("文件中的边界 %s", "the boundary %s of the file", r.opts.BoundaryID), err
	}
	return geo.Feature{}, geo.Text{}, nil
}

func (r *run) boxFeature(e geo.Extent) (geo.Feature, error) {
	ok := e.MinX >= -180 && e.MaxX <= 180 && e.MinY >= -90 && e.MaxY <= 90 && e.MinX < e.MaxX && e.MinY < e.MaxY
	if !ok {
		return geo.Feature{}, geo.Refuse(
			geo.Tf("--bbox %g,%g,%g,%g 不是有效的经纬度范围", "--bbox %g,%g,%g,%g is not a range of longitude and latitude", e.MinX, e.MinY, e.MaxX, e.MaxY),
			geo.T("顺序为 西,南,东,北，单位为度，例如 --bbox 117.08,36.18,117.12,36.21", "the order is west,south,east,north in degrees, such as --bbox 117.08,36.18,117.12,36.21"))
	}
	return geo.Feature{ID: "bbox", Geometry: e.Polygon(), Source: geo.Source{Name: "--bbox"}}, nil
}

// boundaryFile reads the community from a GeoJSON file.
func (r *run) boundaryFile(ctx context.Context) (geo.Feature, error) {
	in, err := os.Open(r.opts.Boundary)
	if err != nil {
		return geo.Feature{}, geo.Refuse(geo.Tf("无法读取边界文件 %s", "the boundary file %s cannot be read", r.opts.Boundary), geo.T("检查路径", "check the path")).Because(err)
	}
	defer in.Close()
	if info, err := in.Stat(); err == nil && info.IsDir() {
		return geo.Feature{}, geo.Refuse(geo.Tf("边界文件 %s 是文件夹", "the boundary file %s is a folder", r.opts.Boundary), geo.T("给出 GeoJSON 文件", "name a GeoJSON file"))
	}
	file, err := geojson.Read(ctx, in, geojson.Options{Name: r.opts.Boundary, Encoding: r.opts.Encoding})
	if err != nil {
		return geo.Feature{}, err
	}
	var areas []geo.Feature
	for _, f := range file.Features {
		f.Geometry = simple(f.Geometry)
		if len(geo.Polygons(f.Geometry)) > 0 && len(geo.Polygons(f.Geometry)) == len(geo.Parts(f.Geometry)) {
			areas = append(areas, f)
		}
	}
	if len(areas) == 0 {
		return geo.Feature{}, geo.Refuse(geo.Tf("边界文件 %s 里没有多边形", "the boundary file %s holds no polygon", r.opts.Boundary),
			geo.T("边界必须是面；点或线不能作为社区边界", "a boundary must be an area; points and lines cannot be one"))
	}
	f, err := r.pick(areas)
	if err != nil {
		return geo.Feature{}, err
	}
	one := []geo.Feature{f}
	_, err = r.boundaryDegrees(one, file)
	return one[0], err
}

// boundaryDegrees places the boundary. Its own system goes first; --crs is tried
// only where it has none and cannot be in degrees.
func (r *run) boundaryDegrees(one []geo.Feature, file *geojson.File) (string, error) {
	own := &run{report: &Report{}}
	if file.CRS == "" && fits(r.opts.Boundary, one, "EPSG:4326", true) != nil || shifted(r.opts.CRS) {
		own.opts.CRS = r.opts.CRS
	}
	return own.toDegrees(r.opts.Boundary, one, file.CRS)
}

// pick chooses among the areas of a boundary file: the only one, or by --name.
func (r *run) pick(areas []geo.Feature) (geo.Feature, error) {
	d, err := newDictionary()
	if err != nil {
		return geo.Feature{}, err
	}
	var names []string
	for i := range areas {
		f := &areas[i]
		title := d.title(f)
		names = append(names, title)
		if f.ID == "" {
			f.ID = "boundary"
		}
		if title != "" {
			f.Set("name", title)
		}
		if len(areas) == 1 || r.opts.Name != "" && title == r.opts.Name {
			return *f, nil
		}
	}
	return geo.Feature{}, geo.Refuse(geo.Tf("边界文件 %s 有 %d 个多边形", "the boundary file %s holds %d polygons", r.opts.Boundary, len(areas)),
		geo.Tf("用 --name 指定其一：%s", "name one with --name: %s", list(names)))
}

// title finds what a feature is called.
func (d *dictionary) title(f *geo.Feature) string {
	field := geo.Field{Name: "name", Title: geo.T("名称", "Name")}
	best, rank := "", math.MaxInt
	for _, name := range sortedKeys(f.Extra) {
		form, _ := nameForm(name)
		text, _ := f.Extra[name].(string)
		if k, ok := d.rank(field, name, form); ok && k < rank && text != "" {
			best, rank = text, k
		}
	}
	return best
}

// usableBoundary repairs the boundary, or refuses it.
func (r *run) usableBoundary(f *geo.Feature) error {
	reason, err := overlay.Invalid(f.Geometry)
	if err != nil {
		return err
	}
	if reason == "" {
		return nil
	}
	mended, err := overlay.MakeValid(f.Geometry)
	if err != nil || len(geo.Polygons(mended)) == 0 {
		return geo.Refuse(geo.Tf("社区边界 %s 的几何无效：%s", "the geometry of the boundary %s is not valid: %s", f.ID, reason),
			geo.T("修正边界后重试", "mend the boundary and try again")).Because(err)
	}
	f.Geometry = mended
	f.Quality = append(f.Quality, "geometry=made valid")
	r.problems.Add("made_valid", madeValid, "communities/"+f.ID+": "+reason)
	return nil
}

// growMetres grows an extent in degrees by at least d metres on every side.
func growMetres(e geo.Extent, d float64) geo.Extent {
	const metresPerDegree = 110_500 // the least length of a degree of latitude
	dLat := d / metresPerDegree
	lat := math.Min(math.Max(math.Abs(e.MinY), math.Abs(e.MaxY))+dLat, 84)
	dLon := dLat / math.Cos(lat*math.Pi/180)
	return geo.Extent{MinX: e.MinX - dLon, MinY: e.MinY - dLat, MaxX: e.MaxX + dLon, MaxY: e.MaxY + dLat}
}

// around chooses the community for features already read, and keeps those that
// touch it and its margin.
func (r *run) around(ctx context.Context, data *osm.Data) error {
	if err := r.choose(ctx, data); err != nil {
		return err
	}
	whole := r.extent()
	if r.community == nil && len(r.communities) == 0 && len(r.features["communities"]) == 0 {
		r.adoptExtent(whole)
	}
	if r.window == nil {
		return nil
	}
	for _, layer := range sortedKeys(r.features) {
		kept := r.features[layer][:0]
		for _, f := range r.features[layer] {
			if geo.ExtentOf(f.Geometry).Touches(*r.window) {
				kept = append(kept, f)
				continue
			}
			r.layerCount(layer).Outside++
		}
		r.features[layer] = kept
	}
	return r.mustTouch(whole)
}

// extent of all features read.
func (r *run) extent() geo.Extent {
	e := geo.EmptyExtent()
	for _, layer := range sortedKeys(r.features) {
		for i := range r.features[layer] {
			e = e.Union(geo.ExtentOf(r.features[layer][i].Geometry))
		}
	}
	return e
}

// mustTouch refuses a boundary in which the file has nothing. whole is where the
// file's data lies.
func (r *run) mustTouch(whole geo.Extent) error {
	boundary := r.community.Geometry
	box := geo.ExtentOf(boundary)
	for _, layer := range sortedKeys(r.features) {
		for i := range r.features[layer] {
			g := r.features[layer][i].Geometry
			if !geo.ExtentOf(g).Touches(box) {
				continue
			}
			if touches(boundary, g) {
				return nil
			}
		}
	}
	what := geo.Tf("边界内没有数据：边界 %[2]s，文件 %[1]s 的数据 %[3]s", "there is nothing inside the boundary: it is at %[2]s, the data of file %[1]s at %[3]s", r.report.File, words(box), words(whole))
	turned := geo.Extent{MinX: whole.MinY, MinY: whole.MinX, MaxX: whole.MaxY, MaxY: whole.MaxX}
	if !whole.IsEmpty() && turned.Touches(box) {
		return geo.Refuse(what, geo.T("文件的经度和纬度似乎颠倒：对调后重新导出", "longitude and latitude of the file seem swapped: export it with longitude first"))
	}
	return geo.Refuse(what, geo.T("检查边界与数据是否为同一地区", "check that boundary and data are of the same place"),
		geo.T("若坐标系不同，用 --crs 指定", "if the systems differ, name the file's with --crs"))
}

func touches(boundary, g orb.Geometry) bool {
	inside := false
	geo.EachPoint(g, func(p orb.Point) { inside = inside || geo.Inside(boundary, p) })
	if inside {
		return true
	}
	yes, err := overlay.Intersects(boundary, g)
	return err == nil && yes
}
