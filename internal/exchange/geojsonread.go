package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

// maxFileBytes bounds a change set.
const maxFileBytes = 256 << 20

// ReadGeoJSON reads a change set that WriteGeoJSON wrote, or a person: numbers may be
// left out, and an addition without the member feature is the feature that it stands in,
// with its properties. name is that of the file, for messages. What the edits hold is checked against schemas when they are used.
func ReadGeoJSON(r io.Reader, name string) (*Parcel, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("exchange: %s: %w", name, err)
	}
	if len(text) > maxFileBytes {
		return nil, geo.Refuse(geo.Tf("文件 %s 超过 %d MB", "file %s is larger than %d MB", name, maxFileBytes>>20))
	}
	p, err := parseParcel(text)
	if err != nil {
		if geo.AsFault(err) != nil {
			return nil, err
		}
		return nil, geo.Refuse(geo.Tf("文件 %s 不是完好的方案文件：%v", "file %s is no sound file of a scenario: %v", name, err),
			geo.T("重新导出方案；若是用其他程序改过的图，请导出为普通图层并用 --layer 指定图层导入",
				"export the scenario again; a drawing changed in another program comes in as a plain layer, with --layer")).Because(err)
	}
	return p, nil
}

// jsonFile is a change set as it is written.
type jsonFile struct {
	Type     string        `json:"type"`
	Head     *jsonHead     `json:"yiju:scenario"`
	Features []jsonFeature `json:"features"`
}

type jsonFeature struct {
	Geometry   *jsonGeometry   `json:"geometry"`
	Properties json.RawMessage `json:"properties"`
	Edit       *jsonEdit       `json:"yiju:edit"`
}

type jsonGeometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
	Geometries  []jsonGeometry  `json:"geometries"`
}

// jsonEdit is the member yiju:edit.
type jsonEdit struct {
	Seq     int64           `json:"seq"`
	Layer   string          `json:"layer"`
	Op      scenario.Op     `json:"op"`
	ID      string          `json:"id"`
	Group   string          `json:"group"`
	Kind    string          `json:"kind"`
	Comment string          `json:"comment"`
	Author  string          `json:"author"`
	Off     bool            `json:"off"`
	At      time.Time       `json:"at"`
	Set     json.RawMessage `json:"set"`
	Feature *struct {
		Attributes json.RawMessage `json:"attributes"`
		Extra      json.RawMessage `json:"extra"`
		Source     geo.Source      `json:"source"`
		Quality    []string        `json:"quality"`
	} `json:"feature"`
	Brings bool `json:"brings_geometry"`
}

func parseParcel(text []byte) (*Parcel, error) {
	var file jsonFile
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	h := file.Head
	switch {
	case file.Type != "FeatureCollection" || h == nil:
		return nil, errors.New("it does not speak of a scenario")
	case h.Format > formatVersion:
		return nil, geo.Refuse(geo.Tf("方案文件的格式版本 %d 较新，本程序认识到 %d", "the file of the scenario has the format %d; this program knows those up to %d", h.Format, formatVersion),
			geo.T("用新版程序导入", "import it with a newer program"))
	case h.Format < 1:
		return nil, errors.New("its format has no number")
	case len(file.Features) > scenario.MaxEdits:
		return nil, geo.Refuse(geo.Tf("方案文件有 %d 个编辑，最多 %d 个", "the file has %d edits; %d are the most", len(file.Features), scenario.MaxEdits))
	}
	p := &Parcel{Hash: h.Hash, Scenario: scenario.Scenario{
		ID: h.ID, Name: h.Name, Description: h.Description, Base: layers.Revision(h.Base), Parent: h.Parent, State: h.State, Author: h.Author,
		Created: h.Created, Changed: h.Changed, ApprovedBy: h.ApprovedBy, ApprovedHash: h.ApprovedHash, Costs: h.Costs,
		Count: len(file.Features), Next: 1,
	}}
	s := &p.Scenario
	for i := range file.Features {
		e, err := file.Features[i].edit()
		if err != nil {
			return nil, fmt.Errorf("feature %d: %w", i+1, err)
		}
		if name, ok := file.Features[i].stale(e); ok {
			return nil, geo.Refuse(
				geo.Tf("第 %[1]d 个要素的 %[2]s 在导出后被改过，与方案的编辑不符", "%[2]s of feature %[1]d was changed since the scenario was exported, and is not what its edit says", i+1, name),
				geo.T("在方案中修改后重新导出；或把改过的图导出为普通图层，用 --layer 指定图层导入", "change it in the scenario and export that again; or export what was drawn as a plain layer, and import it with --layer"))
		}
		if e.Seq == 0 { // written by hand
			e.Seq = s.Next
		}
		if e.Seq < s.Next {
			return nil, fmt.Errorf("feature %d: its edit has the number %d, out of order", i+1, e.Seq)
		}
		s.Next = e.Seq + 1
		s.Edits = append(s.Edits, *e)
	}
	return p, nil
}

// edit makes the edit of a feature.
func (f *jsonFeature) edit() (*scenario.Edit, error) {
	j := f.Edit
	if j == nil {
		return nil, errors.New("it does not say which edit it is")
	}
	e := &scenario.Edit{
		Seq: j.Seq, Layer: j.Layer, Op: j.Op, ID: j.ID, Off: j.Off, Group: j.Group, Kind: j.Kind, Comment: j.Comment, Author: j.Author, At: j.At,
	}
	place := geo.Feature{ID: j.ID}
	plain := j.Op == scenario.Add && j.Feature == nil // written by hand: the feature is what a reader sees
	if (j.Brings || plain) && f.Geometry != nil {
		var err error
		if place.Geometry, place.Z, err = f.Geometry.read(0); err != nil {
			return nil, err
		}
	}
	var err error
	if e.Set, err = values(j.Set); err != nil {
		return nil, fmt.Errorf("set: %w", err)
	}
	if plain {
		if place.Attributes, err = values(f.Properties); err != nil {
			return nil, fmt.Errorf("properties: %w", err)
		}
		maps.DeleteFunc(place.Attributes, func(name string, _ any) bool { return strings.HasPrefix(name, "yiju_") })
		e.Feature = &place
		return e, nil
	}
	if e.Op != scenario.Add && j.Feature != nil {
		return nil, errors.New("an addition brings a feature, and nothing else does")
	}
	if j.Feature == nil {
		e.Geometry, e.Z = place.Geometry, place.Z
		return e, nil
	}
	if place.Attributes, err = values(j.Feature.Attributes); err != nil {
		return nil, fmt.Errorf("attributes: %w", err)
	}
	if place.Extra, err = values(j.Feature.Extra); err != nil {
		return nil, fmt.Errorf("extra: %w", err)
	}
	place.Source, place.Quality = j.Feature.Source, j.Feature.Quality
	e.Feature = &place
	return e, nil
}

// stale names a property that is not what the edit gives: some programs carry our
// members along while they change what they see. A feature without properties says
// nothing.
func (f *jsonFeature) stale(e *scenario.Edit) (name string, is bool) {
	seen, err := values(f.Properties)
	if err != nil || len(seen) == 0 {
		return "", false
	}
	gives := e.Set
	if e.Op == scenario.Add {
		gives = e.Feature.Attributes
	}
	for _, name := range slices.Sorted(maps.Keys(gives)) {
		if !sameValue(seen[name], gives[name]) {
			return name, true
		}
	}
	return "", false
}

// sameValue compares values as other programs write them: a whole number may have
// become a real one.
func sameValue(a, b any) bool {
	number := func(v any) (float64, bool) {
		switch v := v.(type) {
		case int64:
			return float64(v), true
		case float64:
			return v, true
		}
		return 0, false
	}
	x, ok1 := number(a)
	y, ok2 := number(b)
	if ok1 && ok2 {
		return equalValues(x, y)
	}
	return a == b
}

// values reads attributes; a number with a point or an exponent is real. An object
// that is empty is nil.
func values(raw json.RawMessage) (map[string]any, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var out map[string]any
	if err := d.Decode(&out); err != nil {
		return nil, err
	}
	for name, v := range out {
		switch v := v.(type) {
		case nil, bool, string:
		case json.Number:
			var err error
			if strings.ContainsAny(v.String(), ".eE") {
				out[name], err = v.Float64()
			} else {
				out[name], err = v.Int64()
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		default:
			return nil, fmt.Errorf("%s is neither text nor number nor yes or no", name)
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

// maxNesting bounds how deep collections may lie in one another.
const maxNesting = 8

// read makes a geometry, with the heights of a line.
func (j *jsonGeometry) read(depth int) (orb.Geometry, []float64, error) {
	switch j.Type {
	case "Point":
		p, err := parse[[]float64](j)
		if err != nil {
			return nil, nil, err
		}
		g, _, err := points([][]float64{p})
		if err != nil {
			return nil, nil, err
		}
		return g[0], nil, nil
	case "MultiPoint":
		p, err := parse[[][]float64](j)
		if err != nil {
			return nil, nil, err
		}
		g, _, err := points(p)
		return orb.MultiPoint(g), nil, err
	case "LineString":
		p, err := parse[[][]float64](j)
		if err != nil {
			return nil, nil, err
		}
		g, z, err := points(p)
		return orb.LineString(g), z, err
	case "MultiLineString":
		p, err := parse[[][][]float64](j)
		if err != nil {
			return nil, nil, err
		}
		g, err := several(p, func(l [][]float64) (orb.LineString, error) { g, _, err := points(l); return g, err })
		return orb.MultiLineString(g), nil, err
	case "Polygon":
		p, err := parse[[][][]float64](j)
		if err != nil {
			return nil, nil, err
		}
		g, err := several(p, ring)
		return orb.Polygon(g), nil, err
	case "MultiPolygon":
		p, err := parse[[][][][]float64](j)
		if err != nil {
			return nil, nil, err
		}
		g, err := several(p, func(rings [][][]float64) (orb.Polygon, error) { return several(rings, ring) })
		return orb.MultiPolygon(g), nil, err
	case "GeometryCollection":
		if depth >= maxNesting {
			return nil, nil, errors.New("its collections are nested too deep")
		}
		out := make(orb.Collection, 0, len(j.Geometries))
		for i := range j.Geometries {
			g, _, err := j.Geometries[i].read(depth + 1)
			if err != nil {
				return nil, nil, err
			}
			out = append(out, g)
		}
		return out, nil, nil
	}
	return nil, nil, fmt.Errorf("its geometry has the type %q", j.Type)
}

func parse[T any](j *jsonGeometry) (out T, err error) {
	err = json.Unmarshal(j.Coordinates, &out)
	return out, err
}

func several[F, T any](from []F, one func(F) (T, error)) ([]T, error) {
	out := make([]T, 0, len(from))
	for _, f := range from {
		t, err := one(f)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func ring(p [][]float64) (orb.Ring, error) {
	g, _, err := points(p)
	return g, err
}

// points makes vertices of positions, all of which have a height, or none.
func points(positions [][]float64) (out []orb.Point, z []float64, err error) {
	out = make([]orb.Point, 0, len(positions))
	for _, p := range positions {
		if len(p) != 2 && len(p) != 3 {
			return nil, nil, fmt.Errorf("a position has %d numbers", len(p))
		}
		out = append(out, orb.Point{p[0], p[1]})
		if len(p) == 3 {
			z = append(z, p[2])
		}
	}
	if len(z) > 0 && len(z) != len(out) {
		return nil, nil, errors.New("some vertices of a line have heights and others have not")
	}
	return out, z, nil
}
