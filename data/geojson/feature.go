package geojson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// ExtraMember is the key in Extra under which the member "extra" of the product's
// own exports is found, as JSON text: its keys may be those of properties.
const ExtraMember = "yiju_extra"

// jsonFeature is a feature as written. Extra, Source and Quality are members that
// the product's own exports have.
type jsonFeature struct {
	Type       string          `json:"type"`
	ID         any             `json:"id"`
	Geometry   *jsonGeometry   `json:"geometry"`
	Properties json.RawMessage `json:"properties"`
	Extra      json.RawMessage `json:"extra"`
	Source     *geo.Source     `json:"source"`
	Quality    []string        `json:"quality"`
}

type jsonGeometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
	Geometries  []jsonGeometry  `json:"geometries"`
}

func decode(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	err := d.Decode(into)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("an object ends early")
	}
	return err
}

func (r *reader) feature(raw []byte) error {
	var in jsonFeature
	r.n++
	if err := decode(raw, &in); err != nil {
		return err
	}
	if in.Type != "Feature" {
		return fmt.Errorf("its type is %q, not Feature", in.Type)
	}
	if len(r.file.Features) >= MaxFeatures {
		return fmt.Errorf("there are more than %d features", MaxFeatures)
	}
	f := geo.Feature{Quality: in.Quality, Source: geo.Source{Name: r.opts.Name}}
	var err error
	if f.Extra, err = r.properties(in.Properties); err != nil {
		return err
	}
	if len(in.Extra) > 0 && in.Extra[0] == '{' {
		f.Extra[ExtraMember] = string(in.Extra)
	}
	f.ID = r.id(in.ID)
	f.Source.ID = f.ID
	if in.Source != nil {
		f.Source = *in.Source
	}
	if in.Geometry != nil {
		s := &shaper{}
		f.Geometry, err = s.geometry(in.Geometry, 0)
		if err != nil {
			r.file.Broken = append(r.file.Broken, geo.Problem{ID: r.label() + " " + f.ID, Field: "geometry", Message: geo.Tf("几何无法读取：%v", "the geometry cannot be read: %v", err)})
			return nil
		}
		f.Z = r.heights(f.Geometry, s)
		if s.unclosed > 0 {
			r.file.Problems.Add("ring_closed", geo.T("多边形的环首尾不相接，已闭合", "a ring did not end where it begins; it was closed"), r.label())
		}
	}
	r.file.Features = append(r.file.Features, f)
	return nil
}

// heights keeps the third coordinate of a single line; elsewhere it has no place.
func (r *reader) heights(g orb.Geometry, s *shaper) []float64 {
	if line, ok := g.(orb.LineString); ok && len(s.z) == len(line) && !slices.ContainsFunc(s.z, math.IsNaN) {
		return s.z
	}
	if len(s.z) > 0 {
		r.file.Problems.Add("height_dropped", geo.T("坐标中的高程只有单条线才保留，其余已舍去", "heights in coordinates are kept for single lines only; others were dropped"), r.label())
	}
	return nil
}

// label names the feature being read by its place in the file.
func (r *reader) label() string { return fmt.Sprintf("#%d", r.n) }

// id gives an id as text, and watches whether ids are but row numbers.
func (r *reader) id(v any) string {
	n := int64(r.n - 1)
	switch v := v.(type) {
	case string:
		r.rows = false
		return v
	case json.Number:
		i, err := v.Int64()
		if n == 0 {
			r.first = i
		}
		r.rows = r.rows && err == nil && i == r.first+n && (r.first == 0 || r.first == 1)
		return v.String()
	}
	r.rows = false
	return ""
}

// properties reads attributes into the value types of features.
func (r *reader) properties(raw json.RawMessage) (map[string]any, error) {
	out := make(map[string]any)
	if len(raw) == 0 || string(raw) == "null" {
		return out, nil
	}
	var in map[string]any
	if err := decode(raw, &in); err != nil {
		return nil, fmt.Errorf("its properties are not an object: %w", err)
	}
	for _, key := range slices.Sorted(maps.Keys(in)) {
		r.lost(key)
		out[strings.ReplaceAll(key, "\x00", "\uFFFD")] = r.value(key, in[key])
	}
	return out, nil
}

func (r *reader) value(key string, v any) any {
	switch v := v.(type) {
	case nil, bool:
		return v
	case string:
		r.lost(v)
		return strings.ReplaceAll(v, "\x00", "\uFFFD") // no database stores NUL
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i
		}
		f, err := v.Float64()
		if err != nil {
			return v.String() // too large for a number; kept as written
		}
		return f
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	r.file.Problems.Add("nested_value", geo.T("属性是嵌套结构，按 JSON 文本保存", "an attribute is a structure; it is kept as JSON text"), key)
	return string(text)
}

// lost notes text in which characters were already replaced before us.
func (r *reader) lost(s string) {
	if strings.ContainsRune(s, '\uFFFD') {
		r.file.Problems.Add("lost_characters", geo.T("文字中有无法还原的坏字符（�），请换用原始文件", "text has characters that were lost before (�); a better copy of the file may exist"), s)
	}
}

// shaper reads geometries and collects the heights of vertices on the way.
type shaper struct {
	z        []float64
	points   int
	unclosed int
}

// maxCollections bounds how deep collections may lie in one another.
const maxCollections = 8

func (s *shaper) geometry(in *jsonGeometry, depth int) (orb.Geometry, error) {
	if in.Type == "GeometryCollection" {
		return s.collection(in, depth)
	}
	nesting := map[string]int{"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
	levels, ok := nesting[in.Type]
	if !ok {
		return nil, fmt.Errorf("its geometry has the type %q", in.Type)
	}
	p := &parser{text: in.Coordinates, s: s}
	tree, err := p.tree(levels)
	if err == nil {
		err = p.end()
	}
	if err != nil {
		return nil, fmt.Errorf("its coordinates: %w", err)
	}
	return s.assemble(in.Type, tree)
}

func (s *shaper) collection(in *jsonGeometry, depth int) (orb.Geometry, error) {
	if depth >= maxCollections {
		return nil, errors.New("its geometry collections are nested too deep")
	}
	var out orb.Collection
	for i := range in.Geometries {
		g, err := s.geometry(&in.Geometries[i], depth+1)
		if err != nil {
			return nil, err
		}
		if g != nil {
			out = append(out, g)
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

// node is a level of nested coordinates: points at the bottom, nodes above.
type node struct {
	points []orb.Point
	parts  []node
}

func (s *shaper) assemble(typ string, t node) (orb.Geometry, error) {
	switch typ {
	case "Point":
		if len(t.points) == 0 {
			return nil, nil // an empty point
		}
		return t.points[0], nil
	case "MultiPoint":
		return full(orb.MultiPoint(t.points)), nil
	case "LineString":
		return line(t.points)
	case "MultiLineString":
		var out orb.MultiLineString
		for _, part := range t.parts {
			l, err := line(part.points)
			if err != nil {
				return nil, err
			}
			if l != nil {
				out = append(out, l.(orb.LineString))
			}
		}
		return full(out), nil
	case "Polygon":
		p, err := s.polygon(t)
		return full(p), err
	}
	var out orb.MultiPolygon
	for _, part := range t.parts {
		p, err := s.polygon(part)
		if err != nil {
			return nil, err
		}
		if len(p) > 0 {
			out = append(out, p)
		}
	}
	return full(out), nil
}

// full is nil for a geometry without parts.
func full[S ~[]E, E any](s S) orb.Geometry {
	if len(s) == 0 {
		return nil
	}
	g, _ := any(s).(orb.Geometry)
	return g
}

func line(points []orb.Point) (orb.Geometry, error) {
	switch len(points) {
	case 0:
		return nil, nil
	case 1:
		return nil, errors.New("a line has one point only")
	}
	return orb.LineString(points), nil
}

func (s *shaper) polygon(t node) (orb.Polygon, error) {
	var out orb.Polygon
	for i, part := range t.parts {
		ring := orb.Ring(part.points)
		if len(ring) == 0 && i > 0 {
			continue
		}
		if len(ring) == 0 {
			return nil, nil
		}
		if ring[0] != ring[len(ring)-1] {
			ring = append(slices.Clip(ring), ring[0])
			s.unclosed++
		}
		if len(ring) < 4 {
			return nil, errors.New("a ring has fewer than three points")
		}
		out = append(out, ring)
	}
	return out, nil
}

// parser reads nested arrays of numbers. The text is valid JSON already.
type parser struct {
	text []byte
	at   int
	s    *shaper
}

var errShape = errors.New("they do not have the shape of the type")

func (p *parser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

// take goes past one byte if it is there.
func (p *parser) take(c byte) bool {
	p.space()
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *parser) end() error {
	p.space()
	if p.at != len(p.text) {
		return errShape
	}
	return nil
}

// tree reads arrays nested levels deep around positions.
func (p *parser) tree(levels int) (node, error) {
	if levels == 0 {
		point, ok, err := p.position()
		if err != nil || !ok {
			return node{}, err
		}
		return node{points: []orb.Point{point}}, nil
	}
	var out node
	if !p.take('[') {
		return out, errShape
	}
	for !p.take(']') {
		if len(out.points)+len(out.parts) > 0 && !p.take(',') {
			return out, errShape
		}
		if levels == 1 {
			point, ok, err := p.position()
			if err != nil || !ok {
				return out, errors.Join(err, errShape)
			}
			out.points = append(out.points, point)
			continue
		}
		part, err := p.tree(levels - 1)
		if err != nil {
			return out, err
		}
		out.parts = append(out.parts, part)
	}
	return out, nil
}

// position reads one array of numbers; ok is false for an empty one.
func (p *parser) position() (at orb.Point, ok bool, err error) {
	if !p.take('[') {
		return at, false, errShape
	}
	var values [3]float64
	n := 0
	for !p.take(']') {
		if n > 0 && !p.take(',') {
			return at, false, errShape
		}
		v, err := p.number()
		if err != nil {
			return at, false, err
		}
		if n < len(values) {
			values[n] = v
		}
		n++
	}
	if n == 0 {
		return at, false, nil
	}
	if n < 2 {
		return at, false, errors.New("a position has one number only")
	}
	if n >= 3 {
		for len(p.s.z) < p.s.points {
			p.s.z = append(p.s.z, math.NaN()) // earlier ones had none
		}
		p.s.z = append(p.s.z, values[2])
	}
	p.s.points++
	return orb.Point{values[0], values[1]}, true, nil
}

func (p *parser) number() (float64, error) {
	p.space()
	start := p.at
	for p.at < len(p.text) && strings.IndexByte("+-0123456789.eE", p.text[p.at]) >= 0 {
		p.at++
	}
	token := string(p.text[start:p.at])
	if token == "" {
		return 0, fmt.Errorf("not a number: %.40s", p.text[start:])
	}
	v, err := strconv.ParseFloat(token, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is not a usable number", token)
	}
	return v, nil
}
