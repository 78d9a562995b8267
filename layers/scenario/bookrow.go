package scenario

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/internal/codec"
)

// editID is the id of an edit's row; rows sort by scenario, then number.
func editID(scenario string, seq int64) string { return fmt.Sprintf("%s/%08d", scenario, seq) }

// unreadable tells that a row of the book is not what a Book writes.
func unreadable(layer, id string, err error) error {
	return geo.Refuse(
		geo.Tf("图层 %s 的记录 %s 无法读取：它被其他程序改动过", "record %[2]s of layer %[1]s cannot be read: another program has changed it", layer, id),
		geo.T("用修改它的程序恢复该记录，或删除该方案的记录", "put the record right with the program that changed it, or delete the scenario's records")).Because(err)
}

// row is the scenario's record, without its edits.
func (s *Scenario) row() (geo.Feature, error) {
	f := geo.Feature{ID: s.ID, Attributes: map[string]any{
		"name": s.Name, "base": int64(s.Base), "state": string(s.State), "may_edit": s.MayEdit, "may_copy": s.MayCopy,
		"created": timeText(s.Created), "changed": timeText(s.Changed), "next": s.Next, "edits": int64(s.Count),
	}}
	for name, v := range map[string]string{
		"description": s.Description, "parent": s.Parent, "author": s.Author,
		"approved_by": s.ApprovedBy, "approved_hash": s.ApprovedHash,
	} {
		if v != "" {
			f.Attributes[name] = v
		}
	}
	if s.AdoptedAs != 0 {
		f.Attributes["adopted_as"] = int64(s.AdoptedAs)
	}
	if len(s.Costs) > 0 {
		text, err := json.Marshal(s.Costs)
		if err != nil {
			return f, fmt.Errorf("scenario: costs: %w", err)
		}
		f.Attributes["costs"] = string(text)
	}
	return f, nil
}

// columns reads attributes that must be there and of their type. The first that is
// not is the error.
type columns struct {
	f   *geo.Feature
	err error
}

// column is one attribute; the zero value where it is unknown or of another type.
func column[T any](c *columns, name string) T {
	v, ok := c.f.Attributes[name].(T)
	if !ok && c.err == nil {
		c.err = fmt.Errorf("scenario: %s is %v", name, c.f.Attributes[name])
	}
	return v
}

func (c *columns) time(name string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, column[string](c, name))
	if err != nil && c.err == nil {
		c.err = err
	}
	return t.UTC()
}

// text may be unknown, which is the same as empty.
func (c *columns) text(name string) string {
	if c.f.Attributes[name] == nil {
		return ""
	}
	return column[string](c, name)
}

func (c *columns) check(ok bool, what string) {
	if !ok && c.err == nil {
		c.err = fmt.Errorf("scenario: %s", what)
	}
}

func timeText(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// scenarioOf reads a record.
func scenarioOf(f *geo.Feature) (*Scenario, error) {
	c := &columns{f: f}
	s := &Scenario{
		ID: f.ID, Name: column[string](c, "name"), Description: c.text("description"), Base: layers.Revision(column[int64](c, "base")),
		Parent: c.text("parent"), State: State(column[string](c, "state")),
		MayEdit: column[bool](c, "may_edit"), MayCopy: column[bool](c, "may_copy"),
		Author: c.text("author"), Created: c.time("created"), Changed: c.time("changed"),
		ApprovedBy: c.text("approved_by"), ApprovedHash: c.text("approved_hash"),
		Next: column[int64](c, "next"), Count: int(column[int64](c, "edits")), Version: f.Version,
	}
	if f.Attributes["adopted_as"] != nil {
		s.AdoptedAs = layers.Revision(column[int64](c, "adopted_as"))
	} else if s.State == Adopted {
		s.AdoptedAs = layers.Revision(f.Version) // the very batch that adopted it wrote the record last
	}
	if text := c.text("costs"); text != "" {
		if err := json.Unmarshal([]byte(text), &s.Costs); err != nil && c.err == nil {
			c.err = err
		}
	}
	c.check(slices.Contains([]State{Draft, Approved, Adopted, Archived}, s.State), "state")
	c.check(s.Base > 0 && s.Next > 0 && s.Count >= 0 && s.Count <= MaxEdits, "numbers")
	if c.err != nil {
		return nil, unreadable(layers.ScenariosLayer, f.ID, c.err)
	}
	return s, nil
}

// row is the edit's record.
func (e *Edit) row(scenario string) (geo.Feature, error) {
	body, err := appendBody(nil, e)
	if err != nil {
		return geo.Feature{}, err
	}
	if len(body) > geo.MaxTextBytes {
		return geo.Feature{}, geo.Refuse(
			geo.Tf("对 %[1]s/%[2]s 的编辑超过 %[3]d 字节", "the edit of %[1]s/%[2]s takes more than %[3]d bytes", e.Layer, e.ID, geo.MaxTextBytes),
			geo.T("简化几何或缩短文本", "simplify the geometry or shorten the texts"))
	}
	f := geo.Feature{ID: editID(scenario, e.Seq), Attributes: map[string]any{
		"scenario": scenario, "number": e.Seq, "layer": e.Layer, "op": string(e.Op), "feature": e.ID,
		"off": e.Off, "at": timeText(e.At), "body": string(body),
	}}
	for name, v := range map[string]string{"group": e.Group, "kind": e.Kind, "comment": e.Comment, "author": e.Author} {
		if v != "" {
			f.Attributes[name] = v
		}
	}
	return f, nil
}

// editOf reads a record.
func editOf(f *geo.Feature) (*Edit, error) {
	c := &columns{f: f}
	e := &Edit{
		Seq: column[int64](c, "number"), Layer: column[string](c, "layer"), Op: Op(column[string](c, "op")), ID: column[string](c, "feature"),
		Off: column[bool](c, "off"), Group: c.text("group"), Kind: c.text("kind"), Comment: c.text("comment"), Author: c.text("author"),
		At: c.time("at"), Version: f.Version,
	}
	c.check(f.ID == editID(column[string](c, "scenario"), e.Seq), "the number is not that of the id")
	if body := column[string](c, "body"); c.err == nil {
		c.err = parseBody([]byte(body), e)
	}
	if c.err == nil {
		c.err = checkForm(e)
	}
	if c.err != nil {
		return nil, unreadable(layers.ScenarioEditsLayer, f.ID, c.err)
	}
	return e, nil
}

// appendBody writes what an edit changes as a JSON object, in the forms of codec:
//
//	feature   what an addition brings, without its geometry
//	set       attributes that a change gives
//	unset     names of those that it makes unknown
//	geometry  WKB in hexadecimal, with the heights of a line
func appendBody(to []byte, e *Edit) ([]byte, error) {
	place := geo.Feature{ID: e.ID, Geometry: e.Geometry, Z: e.Z}
	to = append(to, '{')
	if e.Op == Add {
		place = *e.Feature
		to = append(to, `"feature":`...)
		to = append(codec.AppendBody(to, codec.BodyOf(e.Feature)), ',')
	}
	if len(e.Set) > 0 {
		to = append(to, `"set":`...)
		to = append(codec.AppendValues(to, e.Set), `,"unset":`...)
		var unset []string
		for _, name := range slices.Sorted(maps.Keys(e.Set)) {
			if e.Set[name] == nil {
				unset = append(unset, name)
			}
		}
		to = append(codec.AppendTexts(to, unset), ',')
	}
	wkb, err := place.MarshalWKB()
	if err != nil {
		return nil, err
	}
	return append(codec.AppendText(append(to, `"geometry":`...), hex.EncodeToString(wkb)), '}'), nil
}

// parseBody reads what appendBody wrote.
func parseBody(text []byte, e *Edit) error {
	var raw struct {
		Feature, Set, Unset json.RawMessage
		Geometry            string
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return fmt.Errorf("scenario: body: %w", err)
	}
	wkb, err := hex.DecodeString(raw.Geometry)
	if err != nil {
		return fmt.Errorf("scenario: body: %w", err)
	}
	place := geo.Feature{ID: e.ID}
	if err := place.UnmarshalWKB(wkb); err != nil {
		return err
	}
	if e.Set, err = parseSet(raw.Set, raw.Unset); err != nil {
		return err
	}
	if raw.Feature == nil {
		e.Geometry, e.Z = place.Geometry, place.Z
		return nil
	}
	b, err := codec.ParseBody(raw.Feature)
	if err != nil {
		return err
	}
	b.Put(&place)
	e.Feature = &place
	return nil
}

func parseSet(set, unset json.RawMessage) (map[string]any, error) {
	out, err := codec.ParseValues(set)
	if err != nil {
		return nil, err
	}
	names, err := codec.ParseTexts(unset)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if out == nil {
			out = make(map[string]any, len(names))
		}
		out[name] = nil
	}
	return out, nil
}
