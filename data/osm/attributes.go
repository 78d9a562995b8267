package osm

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// feature gives an object the attributes of a layer. Tags that an attribute says
// exactly are taken out of what goes along unchanged.
func (b *builder) feature(o *object, l *layerMapping, g orb.Geometry) geo.Feature {
	f := geo.Feature{
		Geometry:   g,
		Attributes: make(map[string]any, 4),
		Source:     geo.Source{Name: b.d.name, ID: fmt.Sprintf("%s/%d", o.kind, o.num)},
	}
	var said []string // tags that need not go along
	for _, name := range l.names {
		tagName, value, ok := b.attribute(o, l, name)
		if !ok {
			continue
		}
		f.Attributes[name] = value.v
		if value.note != "" {
			f.Quality = append(f.Quality, fmt.Sprintf("%s=%s", name, value.note))
		}
		if raw, _ := o.tags.get(tagName); tagName != "" && fmt.Sprint(value.v) == raw {
			said = append(said, tagName)
		}
	}
	for _, t := range o.tags {
		if slices.Contains(said, t.key) {
			continue
		}
		if f.Extra == nil {
			f.Extra = make(map[string]any, len(o.tags))
		}
		f.Extra[t.key] = t.any
	}
	return f
}

// attribute reads one attribute from the first source that can be read. Texts
// that cannot are counted.
func (b *builder) attribute(o *object, l *layerMapping, name string) (tagName string, value read, ok bool) {
	for _, s := range l.Attributes[name] {
		if _, applies := met(s.When, o.tags); len(s.When) > 0 && !applies {
			continue
		}
		raw, there := s.text(o.tags)
		if !there {
			continue
		}
		if s.As == "direction" && s.Spread != "" {
			if _, ok := directions(raw); ok {
				continue // spreadOut does these
			}
		}
		got, known := b.m.reading(s, raw)
		if known && got.v != nil {
			return s.Tag, got, true
		}
		if !known && s.Words == "" {
			b.out.Problems.Add("unread_"+l.Layer+"_"+name,
				geo.Tf("图层 %[1]s 的 %[2]s 无法从标签读出，按未知处理", "%[2]s of layer %[1]s cannot be read from the tag; it is unknown", l.Layer, name),
				fmt.Sprintf("%s %s=%s", o.id, s.Tag, raw))
		}
	}
	return "", read{}, false
}

// text is what a source has to say about an object.
func (s *source) text(t tags) (string, bool) {
	if s.Value != nil {
		return *s.Value, true
	}
	return t.get(s.Tag)
}

// reading translates a text by the source's table, if it has one, and reads it.
func (m *Mapping) reading(s source, raw string) (read, bool) {
	if s.Words != "" && s.Value == nil {
		word, ok := m.words[s.Words][raw]
		if !ok || word == "" {
			return read{}, ok
		}
		raw = word
	}
	return readers[s.As](raw)
}

// spreadOut gives one feature for each direction that the object looks in.
func (b *builder) spreadOut(o *object, l *layerMapping, f geo.Feature) []geo.Feature {
	for _, name := range l.names {
		for _, s := range l.Attributes[name] {
			raw, there := o.tags.get(s.Tag)
			if s.As != "direction" || s.Spread == "" || !there {
				continue
			}
			if list, ok := directions(raw); ok {
				return spread(f, name, s, raw, list)
			}
		}
	}
	return []geo.Feature{f}
}

func spread(f geo.Feature, name string, s source, raw string, list []direction) []geo.Feature {
	out := make([]geo.Feature, 0, len(list))
	for i, d := range list {
		g := f.Clone()
		g.Set(name, d.azimuth)
		if note := d.note(raw); note != "" {
			g.Quality = append(g.Quality, name+"="+note)
		}
		if _, known := g.Attributes[s.Spread]; d.spread > 0 && !known {
			g.Set(s.Spread, d.spread)
			g.Quality = append(g.Quality, s.Spread+"=width of "+raw)
		}
		if len(list) > 1 {
			g.Quality = append(g.Quality, fmt.Sprintf("%s=number %d of %d directions of one device", name, i+1, len(list)))
		}
		out = append(out, g)
	}
	return out
}
