package exchange

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

// Members of our own, of the collection and of its features. Programs that do not know
// them pass over them, and show plain features.
const (
	memberScenario = "yiju:scenario"
	memberEdit     = "yiju:edit"
	memberOld      = "yiju:old"
)

// formatVersion is that of the members. A reader refuses those of a later one.
const formatVersion = 1

// Parcel is a scenario as a file holds it. Its state and versions are those of the
// workspace that wrote it.
type Parcel struct {
	Scenario scenario.Scenario
	// Hash is that of what the scenario came to.
	Hash string
}

// WriteGeoJSON writes a scenario as a change set: a FeatureCollection with a feature
// for each edit, in order. The geometry is that of what comes or, of what goes or only
// changes its attributes, that of the base; attributes are those that result, those of
// what goes for a deletion. The member yiju:edit says exactly what the edit is,
// yiju:old what the base had in its place. Longitude and latitude in degrees.
func WriteGeoJSON(ctx context.Context, to io.Writer, base layers.Reader, s *scenario.Scenario) error {
	net, err := scenario.Resolve(ctx, base, s.Base, s.Edits)
	if err != nil {
		return err
	}
	shown, err := firstSight(ctx, base, s)
	if err != nil {
		return err
	}
	w := newWriter(to)
	w.collection(s, net.Hash(), shown)
	return w.end()
}

// collection writes everything.
func (w *writer) collection(s *scenario.Scenario, hash string, shown sight) {
	w.text(`{"type":"FeatureCollection","name":`)
	w.value(s.Name)
	w.text(`,"` + memberScenario + `":`)
	w.head(s, hash)
	w.text(`,"features":[`)
	for i := range s.Edits {
		if i > 0 {
			w.text(",")
		}
		w.text("\n")
		w.edit(&s.Edits[i], shown)
	}
	w.text("\n]}\n")
}

// sight is what has been seen of features so far: those of the base, then what the
// edits make of them, those that are off included so that they can be looked at.
type sight map[[2]string]*geo.Feature

func firstSight(ctx context.Context, base layers.Reader, s *scenario.Scenario) (sight, error) {
	ids := make(map[string][]string)
	for i := range s.Edits {
		ids[s.Edits[i].Layer] = append(ids[s.Edits[i].Layer], s.Edits[i].ID)
	}
	out := make(sight)
	for _, layer := range slices.Sorted(maps.Keys(ids)) {
		want := ids[layer]
		slices.Sort(want)
		for f, err := range base.Features(ctx, layer, layers.Query{IDs: slices.Compact(want), At: s.Base}) {
			var missing *layers.NoLayerError
			if errors.As(err, &missing) {
				break
			}
			if err != nil {
				return nil, err
			}
			out[[2]string{layer, f.ID}] = &f
		}
	}
	return out, nil
}

// writer writes JSON; the first error stays.
type writer struct {
	out *bufio.Writer
	err error
}

func newWriter(to io.Writer) *writer { return &writer{out: bufio.NewWriter(to)} }

func (w *writer) end() error {
	if w.err != nil {
		return fmt.Errorf("exchange: %w", w.err)
	}
	return w.out.Flush()
}

func (w *writer) text(s string) {
	if w.err == nil {
		_, w.err = w.out.WriteString(s)
	}
}

// value writes anything that is no number of a feature.
func (w *writer) value(v any) {
	text, err := json.Marshal(v)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.text(string(text))
}

// head writes what is known of the scenario beside its edits.
func (w *writer) head(s *scenario.Scenario, hash string) {
	w.value(jsonHead{
		Format: formatVersion, ID: s.ID, Name: s.Name, Description: s.Description, Base: int64(s.Base), Hash: hash, Parent: s.Parent,
		State: s.State, Author: s.Author, Created: s.Created, Changed: s.Changed, ApprovedBy: s.ApprovedBy, ApprovedHash: s.ApprovedHash, Costs: s.Costs,
	})
}

// jsonHead is the member yiju:scenario.
type jsonHead struct {
	Format       int             `json:"format"`
	ID           string          `json:"id"`
	Name         string          `json:"name"`
	Description  string          `json:"description"`
	Base         int64           `json:"base"`
	Hash         string          `json:"hash"`
	Parent       string          `json:"parent,omitempty"`
	State        scenario.State  `json:"state"`
	Author       string          `json:"author"`
	Created      time.Time       `json:"created"`
	Changed      time.Time       `json:"changed"`
	ApprovedBy   string          `json:"approved_by,omitempty"`
	ApprovedHash string          `json:"approved_hash,omitempty"`
	Costs        []scenario.Cost `json:"costs,omitempty"`
}

// edit writes one edit as a feature and notes what it makes.
func (w *writer) edit(e *scenario.Edit, shown sight) {
	key := [2]string{e.Layer, e.ID}
	old := shown[key]
	now := after(e, old)
	seen := now
	if seen == nil {
		seen = old // of what goes, show what it was
	}
	if seen == nil {
		seen = &geo.Feature{ID: e.ID}
	}
	w.text(`{"type":"Feature","id":`)
	w.value(fmt.Sprintf("%d/%s/%s", e.Seq, e.Layer, e.ID))
	w.text(`,"geometry":`)
	w.geometry(seen.Geometry, seen.Z)
	w.text(`,"properties":`)
	w.properties(e, seen)
	w.text(`,"` + memberEdit + `":`)
	w.exact(e)
	if old != nil && e.Op != scenario.Add {
		w.text(`,"` + memberOld + `":`)
		w.old(e, old)
	}
	w.text("}")
	if !e.Off || old == nil {
		shown[key] = now
	}
}

// after is what an edit makes of what it finds; nil where nothing is left.
func after(e *scenario.Edit, old *geo.Feature) *geo.Feature {
	var f geo.Feature
	switch {
	case e.Op == scenario.Delete:
		return nil
	case e.Op == scenario.Add:
		f = e.Feature.Clone()
	case old != nil:
		f = old.Clone()
	default:
		f = geo.Feature{ID: e.ID}
	}
	for name, v := range e.Set {
		f.Set(name, v)
	}
	if e.Op != scenario.Add && e.Geometry != nil {
		f.Geometry, f.Z = e.Geometry, e.Z
	}
	return &f
}

// properties writes what a person looks at: the edit in a few words, then the
// attributes.
func (w *writer) properties(e *scenario.Edit, seen *geo.Feature) {
	values := make(map[string]any, len(seen.Attributes)+8)
	maps.Copy(values, seen.Attributes)
	values["yiju_seq"], values["yiju_layer"], values["yiju_op"], values["yiju_id"], values["yiju_off"] = e.Seq, e.Layer, string(e.Op), e.ID, e.Off
	for name, v := range map[string]string{"yiju_group": e.Group, "yiju_kind": e.Kind, "yiju_comment": e.Comment} {
		if v != "" {
			values[name] = v
		}
	}
	w.values(values)
}

// exact writes the member yiju:edit, from which an edit can be made again.
func (w *writer) exact(e *scenario.Edit) {
	w.text(`{"seq":` + strconv.FormatInt(e.Seq, 10))
	for _, m := range []struct{ name, text string }{
		{"layer", e.Layer}, {"op", string(e.Op)}, {"id", e.ID}, {"group", e.Group}, {"kind", e.Kind}, {"comment", e.Comment}, {"author", e.Author},
	} {
		if m.text != "" {
			w.text(`,"` + m.name + `":`)
			w.value(m.text)
		}
	}
	w.text(`,"off":` + strconv.FormatBool(e.Off) + `,"at":`)
	w.value(e.At)
	if len(e.Set) > 0 {
		w.text(`,"set":`)
		w.values(e.Set)
	}
	if e.Op == scenario.Add {
		w.text(`,"feature":{"attributes":`)
		w.values(e.Feature.Attributes)
		w.text(`,"extra":`)
		w.values(e.Feature.Extra)
		w.text(`,"source":`)
		w.value(e.Feature.Source)
		w.text(`,"quality":`)
		w.value(e.Feature.Quality)
		w.text("}")
	}
	if e.Geometry != nil || e.Op == scenario.Add {
		w.text(`,"brings_geometry":true`) // that of the feature; otherwise it only shows
	}
	w.text("}")
}

// old writes what an edit takes the place of.
func (w *writer) old(e *scenario.Edit, old *geo.Feature) {
	values := old.Attributes
	if e.Op != scenario.Delete {
		values = make(map[string]any, len(e.Set))
		for name := range e.Set {
			values[name] = old.Attributes[name]
		}
	}
	w.text(`{"properties":`)
	w.values(values)
	if e.Geometry != nil {
		w.text(`,"geometry":`)
		w.geometry(old.Geometry, old.Z)
	}
	w.text("}")
}

// values writes attributes by name. A real number has a point or an exponent, a whole
// one of integers has not: so both come back as what they were.
func (w *writer) values(values map[string]any) {
	w.text("{")
	for i, name := range slices.Sorted(maps.Keys(values)) {
		if i > 0 {
			w.text(",")
		}
		w.value(name)
		w.text(":")
		if v, real := values[name].(float64); real {
			text := w.number(v)
			if !strings.ContainsAny(text, ".e") {
				text += ".0"
			}
			w.text(text)
			continue
		}
		w.value(values[name])
	}
	w.text("}")
}

// number words a number with all its bits.
func (w *writer) number(v float64) string {
	if (math.IsNaN(v) || math.IsInf(v, 0)) && w.err == nil {
		w.err = errors.New("a number is not finite")
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// geometry writes a geometry, with the heights of a line as third coordinates.
func (w *writer) geometry(g orb.Geometry, z []float64) {
	switch g := g.(type) {
	case nil:
		w.text("null")
	case orb.Point:
		w.text(`{"type":"Point","coordinates":`)
		w.position(g, nil, 0)
		w.text("}")
	case orb.MultiPoint:
		w.text(`{"type":"MultiPoint","coordinates":`)
		w.positions(g, nil)
		w.text("}")
	case orb.LineString:
		w.text(`{"type":"LineString","coordinates":`)
		w.positions(g, z)
		w.text("}")
	case orb.MultiLineString:
		w.text(`{"type":"MultiLineString","coordinates":`)
		list(w, g, func(l orb.LineString) { w.positions(l, nil) })
		w.text("}")
	case orb.Ring:
		w.geometry(orb.Polygon{g}, nil)
	case orb.Bound:
		w.geometry(g.ToPolygon(), nil)
	case orb.Polygon:
		w.text(`{"type":"Polygon","coordinates":`)
		list(w, g, func(r orb.Ring) { w.positions(r, nil) })
		w.text("}")
	case orb.MultiPolygon:
		w.text(`{"type":"MultiPolygon","coordinates":`)
		list(w, g, func(p orb.Polygon) { list(w, p, func(r orb.Ring) { w.positions(r, nil) }) })
		w.text("}")
	case orb.Collection:
		w.text(`{"type":"GeometryCollection","geometries":`)
		list(w, g, func(m orb.Geometry) { w.geometry(m, nil) })
		w.text("}")
	}
}

func list[E any](w *writer, items []E, one func(E)) {
	w.text("[")
	for i, item := range items {
		if i > 0 {
			w.text(",")
		}
		one(item)
	}
	w.text("]")
}

func (w *writer) positions(points []orb.Point, z []float64) {
	w.text("[")
	for i, p := range points {
		if i > 0 {
			w.text(",")
		}
		w.position(p, z, i)
	}
	w.text("]")
}

func (w *writer) position(p orb.Point, z []float64, i int) {
	w.text("[" + w.number(p[0]) + "," + w.number(p[1]))
	if i < len(z) {
		w.text("," + w.number(z[i]))
	}
	w.text("]")
}
