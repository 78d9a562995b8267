package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/data/geojson"
	"yiju/data/gpkgfile"
	"yiju/geo"
	"yiju/layers"
)

// table is what a file holds for one layer, before it fits it.
type table struct {
	name     string
	crs      string
	features []geo.Feature
	rowIDs   bool
	broken   []geo.Problem
}

// tables brings in GeoJSON and GeoPackage files.
func (r *run) tables(ctx context.Context) error {
	all, err := r.readTables(ctx)
	if err != nil {
		return err
	}
	d, err := newDictionary()
	if err != nil {
		return err
	}
	targets, err := r.targets(all)
	if err != nil {
		return err
	}
	for i := range all {
		if targets[i] == "" {
			continue
		}
		if err := r.table(d, &all[i], targets[i]); err != nil {
			return err
		}
	}
	return r.around(ctx, nil)
}

func (r *run) readTables(ctx context.Context) ([]table, error) {
	if r.opts.Format == GPKG {
		return r.readGPKG(ctx)
	}
	in, err := r.file(ctx)
	if err != nil {
		return nil, err
	}
	defer in.f.Close()
	file, err := geojson.Read(ctx, in, geojson.Options{Name: r.report.File, Encoding: r.opts.Encoding})
	if err != nil {
		return nil, err
	}
	r.problems.Merge(&file.Problems)
	r.report.Read = append(r.report.Read, Count{geo.T("个要素", "features"), len(file.Features) + len(file.Broken)})
	return []table{{name: file.Title, crs: file.CRS, features: file.Features, rowIDs: file.RowIDs, broken: file.Broken}}, nil
}

func (r *run) readGPKG(ctx context.Context) ([]table, error) {
	file, err := gpkgfile.Read(ctx, r.opts.Path, r.opts.Table)
	if err != nil {
		return nil, err
	}
	r.problems.Merge(&file.Problems)
	var out []table
	n := 0
	for _, t := range file.Tables {
		n += len(t.Features) + len(t.Broken)
		out = append(out, table{name: t.Name, crs: t.CRS, features: t.Features, rowIDs: t.RowIDs, broken: t.Broken})
	}
	r.report.Read = append(r.report.Read, Count{geo.T("张表", "tables"), len(out)}, Count{geo.T("个要素", "features"), n})
	return out, nil
}

// targets finds the layer of each table; a table for which there is none is
// passed over when others have one.
func (r *run) targets(all []table) ([]string, error) {
	if r.opts.Layer != "" {
		if len(all) != 1 {
			var names []string
			for _, t := range all {
				names = append(names, t.name)
			}
			return nil, geo.Refuse(geo.Tf("文件 %[1]s 有 %[2]d 张表，--layer 只能用于一张", "file %[1]s has %[2]d tables; --layer is for one", r.report.File, len(all)),
				geo.Tf("用 --table 指定其一：%s", "name one with --table: %s", list(names)))
		}
		layer, ok := r.layerNamed(r.opts.Layer)
		if !ok {
			layer = r.opts.Layer
		}
		return []string{layer}, r.writable(layer)
	}
	out := make([]string, len(all))
	var missed []string
	for i, t := range all {
		for _, name := range []string{t.name, r.stem()} {
			if layer, ok := r.layerNamed(name); ok && out[i] == "" && (name == t.name || len(all) == 1) {
				out[i] = layer
			}
		}
		if out[i] == "" || r.writable(out[i]) != nil {
			out[i] = ""
			missed = append(missed, t.name)
		}
	}
	if len(missed) == len(all) {
		return nil, geo.Refuse(geo.Tf("无法确定文件 %s 属于哪个图层", "it is not clear which layer file %s belongs to", r.report.File),
			geo.Tf("用 --layer 指定，例如 --layer buildings；可用图层：%s", "name it with --layer, such as --layer buildings; there are: %s", strings.Join(layerNames(), ", ")))
	}
	if len(missed) > 0 {
		r.report.note(geo.Tf("未导入没有对应图层的表：%s", "tables without a layer of that name were passed over: %s", list(missed)))
	}
	return out, nil
}

func layerNames() []string {
	var out []string
	for _, s := range layers.Schemas() {
		if s.Kind == geo.Input && !layers.Own(s.Layer) && s.Layer != "terrain" {
			out = append(out, s.Layer)
		}
	}
	return out
}

// layerNamed finds a layer by its name or its title.
func (r *run) layerNamed(name string) (string, bool) {
	if name == "" {
		return "", false
	}
	if _, ok := layers.Schema(name); ok {
		return name, true
	}
	if _, ok := r.known[name]; ok {
		return name, true
	}
	for _, s := range layers.Schemas() {
		if form := plainForm(name); form == s.Layer || form == plainForm(s.Title.ZH) || form == plainForm(s.Title.EN) {
			return s.Layer, true
		}
	}
	return "", false
}

// writable refuses layers that are not for the user to fill.
func (r *run) writable(layer string) error {
	s, ok := r.schema(layer)
	switch {
	case layer == "terrain":
		return geo.Refuse(geo.T("地形不是要素图层", "terrain is not a layer of features"), geo.T("用 yiju import terrain 导入 GeoTIFF", "import a GeoTIFF with yiju import terrain"))
	case layers.Planning(layer):
		return geo.Refuse(geo.Tf("图层 %s 保存方案，其内容只对原工作区有效", "layer %s keeps scenarios, which mean something in their own workspace alone", layer),
			geo.T("用 yiju scenario export 导出方案，再用 yiju scenario import 导入", "export a scenario with yiju scenario export and bring it in with yiju scenario import"))
	case layer == "settings", ok && s.Kind == geo.Result:
		return geo.Refuse(geo.Tf("图层 %s 由系统生成，不能导入", "layer %s is made by the program and cannot be imported", layer),
			geo.Tf("可用图层：%s", "there are: %s", strings.Join(layerNames(), ", ")))
	}
	return nil
}

func (r *run) schema(layer string) (geo.Schema, bool) {
	if s, ok := layers.Schema(layer); ok {
		return s, true
	}
	if s, ok := r.custom[layer]; ok {
		return s, true
	}
	s, ok := r.known[layer]
	return s, ok
}

// table makes the features of one table fit their layer.
func (r *run) table(d *dictionary, t *table, layer string) error {
	if len(t.broken) > 0 {
		if err := r.brokenGeometries(layer, t.broken); err != nil {
			return err
		}
	}
	label := r.report.File
	if r.opts.Format == GPKG {
		label += " / " + t.name
	}
	for i := range t.features {
		t.features[i].Geometry = simple(t.features[i].Geometry)
	}
	used, err := r.toDegrees(label, t.features, t.crs)
	if err != nil {
		return err
	}
	if !strings.Contains(r.report.SourceCRS, used) {
		r.report.SourceCRS = strings.TrimPrefix(r.report.SourceCRS+", "+used, ", ")
	}
	if err := r.identify(t, layer); err != nil {
		return err
	}
	further := make([]map[string]any, len(t.features))
	for i := range t.features {
		further[i] = unfold(&t.features[i])
	}
	if _, ok := r.schema(layer); !ok {
		r.custom[layer] = inferSchema(layer, t.features)
		r.report.note(geo.Tf("新建图层 %s", "layer %s was created", layer))
	}
	if err := r.conform(d, t.features, layer); err != nil {
		return err
	}
	for i := range t.features {
		if t.features[i].Extra == nil {
			t.features[i].Extra = further[i]
			continue
		}
		maps.Copy(t.features[i].Extra, further[i])
	}
	r.features[layer] = append(r.features[layer], t.features...)
	return nil
}

func (r *run) brokenGeometries(layer string, broken []geo.Problem) error {
	var ids, zh, en []string
	for _, p := range broken {
		ids = append(ids, layer+"/"+p.ID)
		zh, en = append(zh, p.ID+"："+p.Message.ZH), append(en, p.ID+": "+p.Message.EN)
	}
	if r.strict() {
		return geo.Refuse(
			geo.T(fmt.Sprintf("文件 %s 有 %d 个要素的几何无法读取：%s", r.report.File, len(broken), list(zh)),
				fmt.Sprintf("%d features of file %s have a geometry that cannot be read: %s", len(broken), r.report.File, list(en))),
			geo.T("修正这些要素，或加 --lenient 跳过它们", "mend them, or add --lenient to leave them out"))
	}
	r.problems.AddN("bad_geometry", geo.T("几何无法读取，要素未写入", "a geometry cannot be read; the feature is left out"), len(broken), ids...)
	r.layerCount(layer).Refused += len(broken)
	return nil
}

// simple takes geometries of one part out of their multi-geometry, and joins
// collections of one shape.
func simple(g orb.Geometry) orb.Geometry {
	if _, ok := g.(orb.Collection); !ok {
		if parts := geo.Parts(g); len(parts) == 1 {
			return parts[0]
		}
		return g
	}
	parts := geo.Parts(g)
	if len(parts) == 0 {
		return nil
	}
	if len(parts) == 1 {
		return parts[0]
	}
	var points orb.MultiPoint
	var lines orb.MultiLineString
	var polygons orb.MultiPolygon
	for _, p := range parts {
		switch p := p.(type) {
		case orb.Point:
			points = append(points, p)
		case orb.LineString:
			lines = append(lines, p)
		case orb.Polygon:
			polygons = append(polygons, p)
		}
	}
	switch len(parts) {
	case len(points):
		return points
	case len(lines):
		return lines
	case len(polygons):
		return polygons
	}
	return g
}

// Columns in which a workspace file of the product keeps what has no column of
// its own.
const (
	extraColumn   = geojson.ExtraMember
	sourceColumn  = "yiju_source"
	qualityColumn = "yiju_quality"
	versionColumn = "yiju_version"
)

// unfold takes what the product's own files keep beside the columns out of its
// columns. The further attributes come back apart: they are not to be taken for
// attributes of the layer.
func unfold(f *geo.Feature) (further map[string]any) {
	if text, ok := f.Extra[extraColumn].(string); ok {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var values map[string]any
		if d.Decode(&values) == nil && len(values) > 0 {
			further = make(map[string]any, len(values))
			for key, v := range values {
				further[key] = scalar(v)
			}
		}
	}
	if text, ok := f.Extra[sourceColumn].(string); ok {
		var source geo.Source
		if json.Unmarshal([]byte(text), &source) == nil && source != (geo.Source{}) {
			f.Source = source
		}
	}
	if text, ok := f.Extra[qualityColumn].(string); ok {
		var quality []string
		if json.Unmarshal([]byte(text), &quality) == nil {
			f.Quality = quality
		}
	}
	for _, name := range []string{extraColumn, sourceColumn, qualityColumn, versionColumn} {
		delete(f.Extra, name)
	}
	return further
}

// scalar turns a value of JSON into one of a feature.
func scalar(v any) any {
	switch v := v.(type) {
	case nil, bool, string:
		return v
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i
		}
		if n, err := v.Float64(); err == nil {
			return n
		}
		return v.String()
	}
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(body)
}

// inferSchema declares a layer of the user's own by what its features hold.
func inferSchema(layer string, features []geo.Feature) geo.Schema {
	s := geo.Schema{Layer: layer, Kind: geo.Custom, Title: geo.T(layer, layer)}
	types := make(map[string]geo.Type)
	for i := range features {
		for _, part := range geo.Parts(features[i].Geometry) {
			if shape := geo.ShapeOf(part); !slices.Contains(s.Shapes, shape) {
				s.Shapes = append(s.Shapes, shape)
			}
		}
		for name, v := range features[i].Extra {
			if v == nil {
				if _, there := types[name]; !there {
					types[name] = ""
				}
				continue
			}
			types[name] = wider(types[name], v)
		}
	}
	slices.Sort(s.Shapes)
	for _, name := range sortedKeys(types) {
		typ := types[name]
		if typ == "" {
			typ = geo.String
		}
		s.Fields = append(s.Fields, geo.Field{Name: name, Type: typ, Title: geo.T(name, name)})
	}
	return s
}

// wider is the narrowest type that holds what there was and v.
func wider(t geo.Type, v any) geo.Type {
	now := geo.String
	switch v.(type) {
	case bool:
		now = geo.Boolean
	case int64:
		now = geo.Integer
	case float64:
		now = geo.Real
	}
	switch {
	case t == "" || t == now:
		return now
	case t == geo.Integer && now == geo.Real || t == geo.Real && now == geo.Integer:
		return geo.Real
	}
	return geo.String
}
