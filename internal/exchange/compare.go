package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/crs"
	"yiju/internal/ingest"
	"yiju/layers"
	"yiju/layers/scenario"
)

// comparison is a drawing held against the base.
type comparison struct {
	o         Options
	store     layers.Reader
	at        layers.Revision // of the base
	report    *Report
	transform *crs.Transform
	area      orb.Geometry // in metres
	edits     []scenario.Edit
}

// compare makes a scenario of what a drawing holds otherwise than the base.
func compare(ctx context.Context, store layers.Store, format ingest.Format, o Options) (*scenario.New, *Report, error) {
	care := ingest.Strict
	if o.Lenient {
		care = ingest.Lenient
	}
	contents, read, err := ingest.Read(ctx, store, ingest.Options{
		Format: format, Path: o.Path, Layer: o.Layer, Table: o.Table, CRS: o.CRS, IDField: o.IDField, Encoding: o.Encoding, Care: care,
	})
	if err != nil {
		return nil, nil, err
	}
	c := &comparison{o: o, store: store, at: o.Base}
	c.report = &Report{File: filepath.Base(o.Path), Kind: Drawing, SourceCRS: read.SourceCRS, Notes: read.Notes, Problems: read.Problems}
	if c.at == 0 {
		if c.at, err = newestOf(ctx, store); err != nil {
			return nil, nil, err
		}
	}
	if err := c.place(ctx, contents); err != nil {
		return nil, nil, err
	}
	for i := range contents {
		if err := c.layer(ctx, &contents[i]); err != nil {
			return nil, nil, err
		}
	}
	net, err := scenario.Resolve(ctx, store, c.at, numbered(c.edits))
	if err != nil {
		return nil, nil, err
	}
	c.report.Hash = net.Hash()
	name := strings.TrimSuffix(c.report.File, filepath.Ext(c.report.File))
	return &scenario.New{Name: name, Base: c.at, Edits: c.edits}, c.report, nil
}

func numbered(edits []scenario.Edit) []scenario.Edit {
	for i := range edits {
		edits[i].Seq = int64(i + 1)
	}
	return edits
}

// place settles the metres to compare in, and the area that was drawn.
func (c *comparison) place(ctx context.Context, contents []ingest.Content) error {
	whole := geo.EmptyExtent()
	for i := range contents {
		for k := range contents[i].Features {
			whole = whole.Union(geo.ExtentOf(contents[i].Features[k].Geometry))
		}
	}
	system, err := c.system(ctx, whole)
	if err != nil {
		return err
	}
	if c.transform, err = crs.New(crs.WGS84, system); err != nil {
		return err
	}
	if c.o.Area != nil {
		if len(geo.Polygons(c.o.Area)) == 0 {
			return geo.Refuse(geo.T("图纸范围不是面", "the area of the drawing is no polygon"), geo.T("给出一个多边形", "give a polygon"))
		}
		c.area, err = c.transform.Forward(c.o.Area)
		return err
	}
	metres := geo.EmptyExtent()
	for i := range contents {
		for k := range contents[i].Features {
			g, err := c.metres(contents[i].Features[k].Geometry)
			if err != nil {
				return err
			}
			metres = metres.Union(geo.ExtentOf(g))
		}
	}
	if !metres.IsEmpty() {
		c.area = metres.Grow(same_m).Polygon()
	}
	return nil
}

// system is the working CRS of the workspace, or of the drawing where it has none.
func (c *comparison) system(ctx context.Context, whole geo.Extent) (string, error) {
	for f, err := range c.store.Features(ctx, "settings", layers.Query{IDs: []string{"workspace"}}) {
		if err != nil {
			break // no settings, no system
		}
		if system, ok := f.Text("crs"); ok {
			return system, nil
		}
	}
	if whole.IsEmpty() {
		return crs.Working(orb.Point{})
	}
	return crs.Working(whole.Centre())
}

func (c *comparison) metres(g orb.Geometry) (orb.Geometry, error) {
	if g == nil {
		return nil, nil
	}
	return c.transform.Forward(orb.Clone(g))
}

// layer compares one layer.
func (c *comparison) layer(ctx context.Context, content *ingest.Content) error {
	schema := &content.Schema
	if schema.Kind == geo.Result || layers.Own(schema.Layer) {
		return nil
	}
	file, err := c.things(content.Features)
	if err != nil {
		return err
	}
	var held []geo.Feature
	for f, err := range c.store.Features(ctx, schema.Layer, layers.Query{At: c.at}) {
		var missing *layers.NoLayerError
		if errors.As(err, &missing) {
			break
		}
		if err != nil {
			return err
		}
		held = append(held, f)
	}
	base, err := c.things(held)
	if err != nil {
		return err
	}
	l := &layered{comparison: c, content: content, line: c.report.layer(schema.Layer), taken: make(map[string]bool)}
	l.matching = newMatching(file, base, c.o.Match_m, func(file, base int) (differs, changes int) {
		empty := 0
		changes = len(l.changes(file, base, &empty))
		return changes + empty, changes
	})
	if content.OwnIDs {
		l.ids()
	}
	l.shapes()
	l.tell()
	return nil
}

func (c *comparison) things(features []geo.Feature) ([]thing, error) {
	out := make([]thing, len(features))
	for i := range features {
		place, err := c.metres(features[i].Geometry)
		if err != nil {
			return nil, err
		}
		out[i] = thingOf(&features[i], place)
	}
	return out, nil
}

// layered is the comparison of one layer.
type layered struct {
	*comparison
	*matching
	content *ingest.Content
	line    *LayerReport
	taken   map[string]bool // ids of the base and of additions
}

// changes lists the attributes that a thing of the file has otherwise. What the file
// has no column for, and what it leaves empty unless that is to count, stays as it is;
// the latter is counted in left.
func (l *layered) changes(file, base int, left *int) map[string]any {
	a, b := l.file[file].f, l.base[base].f
	var out map[string]any
	for name := range l.content.Speaks {
		now, was := a.Attributes[name], b.Attributes[name]
		if equalValues(now, was) {
			continue
		}
		if now == nil && !l.o.ClearEmpty {
			*left++
			continue
		}
		if out == nil {
			out = make(map[string]any)
		}
		out[name] = now
	}
	return out
}

// equalValues compares values; real numbers may differ in the last digits, which other
// programs round.
func equalValues(a, b any) bool {
	x, ok1 := a.(float64)
	y, ok2 := b.(float64)
	if ok1 && ok2 {
		return x == y || math.Abs(x-y) <= 1e-9*math.Max(math.Abs(x), math.Abs(y))
	}
	return a == b
}

// tell makes edits of the matches and of what has none.
func (l *layered) tell() {
	l.line.InFile = len(l.file)
	for i := range l.base {
		l.taken[l.base[i].f.ID] = true
	}
	further := make(map[string]bool)
	doubts, candidates := l.doubts()
	for i := range l.file {
		switch {
		case l.to[i] != none:
			l.change(i, further)
		case candidates[i] == nil:
			l.line.Added++
			l.edits = append(l.edits, l.addition(i))
		}
	}
	for _, i := range doubts {
		e := l.addition(i)
		e.Off = true
		e.Comment = "可能是 may be: " + short(strings.Join(candidates[i], ", "))
		l.edits = append(l.edits, e)
		l.line.Ambiguous++
		l.report.Ambiguous = append(l.report.Ambiguous, Ambiguity{Layer: l.line.Layer, ID: e.ID, Candidates: candidates[i]})
	}
	l.missing()
	l.line.ColumnsLeft = slices.Sorted(maps.Keys(further))
}

// short keeps a comment within what a scenario keeps.
func short(s string) string {
	const most = 1000
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// change makes the edit of a thing that was matched, if it differs.
func (l *layered) change(i int, further map[string]bool) {
	k := l.to[i]
	if l.byID[i] {
		l.line.ByID++
	} else {
		l.line.ByGeometry++
	}
	a, b := &l.file[i], &l.base[k]
	for name, v := range a.f.Extra {
		if !equalValues(v, b.f.Extra[name]) {
			further[name] = true
		}
	}
	e := scenario.Edit{Layer: l.line.Layer, ID: b.f.ID, Set: l.changes(i, k, &l.line.EmptyLeft)}
	if a.has && (!equalShapes(a.place, b.place) || !equalHeights(a.f.Z, b.f.Z)) {
		e.Geometry, e.Z = a.f.Geometry, a.f.Z
		l.line.Moved++
		if b.has {
			l.line.Moved_m = math.Max(l.line.Moved_m, apart_m(a.place, b.place))
		}
	}
	switch {
	case e.Set != nil:
		e.Op = scenario.Change
	case e.Geometry != nil:
		e.Op = scenario.Move
	default:
		l.line.Unchanged++
		return
	}
	l.line.Changed++
	l.edits = append(l.edits, e)
}

// equalHeights compares the heights of lines; a file without heights leaves them.
func equalHeights(file, base []float64) bool {
	if len(file) == 0 {
		return true
	}
	return slices.EqualFunc(file, base, func(x, y float64) bool { return math.Abs(x-y) <= same_m })
}

// addition makes the edit of a thing that the base does not have. It keeps an id of its
// own that is free; otherwise it gets one made of what it holds, so that the same
// drawing gives the same scenario.
func (l *layered) addition(i int) scenario.Edit {
	f := l.file[i].f.Clone()
	if !l.content.OwnIDs || l.taken[f.ID] {
		f.ID = "new-" + l.line.Layer + "-" + contentHash(&f)
		for n := 2; l.taken[f.ID]; n++ {
			f.ID = fmt.Sprintf("new-%s-%s-%d", l.line.Layer, contentHash(&f), n)
		}
	}
	l.taken[f.ID] = true
	f.Version = 0
	return scenario.Edit{Layer: l.line.Layer, Op: scenario.Add, ID: f.ID, Feature: &f}
}

func contentHash(f *geo.Feature) string {
	h := sha256.New()
	if body, err := f.MarshalWKB(); err == nil {
		h.Write(body)
	}
	if text, err := json.Marshal([]any{f.Attributes, f.Extra}); err == nil { // sorted by key
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil)[:5])
}

// missing lists what the base holds inside the area and the file does not, and deletes
// it where that is asked for. What an ambiguous thing may be is not missing.
func (l *layered) missing() {
	var ids []string
	for k := range l.base {
		b := &l.base[k]
		if l.from[k] == none && !l.doubted[k] && b.has && l.area != nil && within(b.place, l.area) {
			ids = append(ids, b.f.ID)
		}
	}
	slices.Sort(ids)
	l.line.MissingCount = len(ids)
	l.line.Missing = ids[:min(len(ids), MaxListed)]
	if !l.o.DeleteMissing {
		return
	}
	for _, id := range ids {
		l.line.Deleted++
		l.edits = append(l.edits, scenario.Edit{Layer: l.line.Layer, Op: scenario.Delete, ID: id})
	}
}
