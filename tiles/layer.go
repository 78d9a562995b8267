package tiles

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"yiju/geo"
)

// idBits keeps numeric ids exact in JavaScript.
const idBits = 53

// FeatureID is the numeric id that a feature has in tiles: FNV-1a of its text id,
// folded to 53 bits and never 0. Should two features of one layer of a tile have
// the same, the one whose text id comes later takes the next free number.
func FeatureID(id string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * 1099511628211
	}
	h = h>>idBits ^ h&(1<<idBits-1)
	return max(h, 1)
}

// idKey is the property that holds a feature's text id.
const idKey = "id"

// layerWriter writes one layer: features refer to keys and values by number, each
// key and value being there once, in the order of first use.
type layerWriter struct {
	fields   []geo.Field // those that become properties, after the id
	fieldAt  map[string]int
	known    []int    // fields that the feature at hand has
	keyOf    []uint32 // number of the key + 1, by field; 0 is not used yet
	keys     []byte
	values   []byte
	features []byte
	tags     []byte
	nKeys    uint32
	nValues  uint32

	texts  map[string]uint32
	ints   map[int64]uint32
	floats map[uint64]uint32
	bools  [2]uint32 // number + 1
	used   map[uint64]struct{}
}

func (w *layerWriter) begin(s *geo.Schema) {
	if w.texts == nil {
		w.texts, w.ints = make(map[string]uint32), make(map[int64]uint32)
		w.fieldAt = make(map[string]int)
		w.floats, w.used = make(map[uint64]uint32), make(map[uint64]struct{})
	}
	w.forget()
	for _, f := range s.Fields {
		if _, twice := w.fieldAt[f.Name]; !f.Bulk && f.Name != idKey && !twice {
			w.fieldAt[f.Name] = len(w.fields)
			w.fields = append(w.fields, f)
			w.keyOf = append(w.keyOf, 0)
		}
	}
}

// forget empties the writer, which keeps its buffers but no feature's text.
func (w *layerWriter) forget() {
	clear(w.fieldAt)
	clear(w.texts)
	clear(w.ints)
	clear(w.floats)
	clear(w.used)
	clear(w.fields)
	w.fields, w.keyOf = w.fields[:0], append(w.keyOf[:0], 0)
	w.keys, w.values, w.features = w.keys[:0], w.values[:0], w.features[:0]
	w.nKeys, w.nValues, w.bools = 0, 0, [2]uint32{}
}

// feature writes a feature of a kind with its geometry commands.
func (w *layerWriter) feature(f *geo.Feature, k kind, geometry []byte) {
	w.tags = w.tags[:0]
	w.tag(0, idKey, w.text(f.ID))
	if len(f.Attributes) > 0 {
		w.attributes(f)
	}
	id := w.freeID(f.ID)
	size := 1 + varintLen(id) + 1 + varintLen(uint64(len(w.tags))) + len(w.tags) +
		2 + 1 + varintLen(uint64(len(geometry))) + len(geometry)
	b := appendVarint(append(w.features, layerFeatures), uint64(size))
	b = appendVarint(append(b, featureID), id)
	b = appendBytes(b, featureTags, w.tags)
	b = append(b, featureType, byte(k))
	w.features = appendBytes(b, featureGeometry, geometry)
}

// attributes writes those that are declared, in the order of the schema. Features
// mostly have few of the attributes they could have, so it starts from those.
func (w *layerWriter) attributes(f *geo.Feature) {
	w.known = w.known[:0]
	for name := range f.Attributes {
		if i, ok := w.fieldAt[name]; ok {
			w.known = append(w.known, i)
		}
	}
	slices.Sort(w.known)
	for _, i := range w.known {
		w.attribute(i, f.Attributes[w.fields[i].Name])
	}
}

func (w *layerWriter) attribute(i int, v any) {
	field := &w.fields[i]
	switch v := v.(type) {
	case string:
		w.tag(i+1, field.Name, w.text(v))
	case bool:
		w.tag(i+1, field.Name, w.bool(v))
	case int64:
		if field.Type == geo.Real {
			w.tag(i+1, field.Name, w.float(float64(v)))
		} else {
			w.tag(i+1, field.Name, w.int(v))
		}
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			w.tag(i+1, field.Name, w.float(v))
		}
	}
}

func (w *layerWriter) tag(field int, key string, value uint32) {
	if w.keyOf[field] == 0 {
		w.nKeys++
		w.keyOf[field] = w.nKeys
		w.keys = appendText(w.keys, layerKeys, strings.ToValidUTF8(key, "\uFFFD"))
	}
	w.tags = appendVarint(w.tags, uint64(w.keyOf[field]-1))
	w.tags = appendVarint(w.tags, uint64(value))
}

func (w *layerWriter) next() uint32 {
	w.nValues++
	return w.nValues - 1
}

func (w *layerWriter) text(s string) uint32 {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	n, ok := w.texts[s]
	if !ok {
		n = w.next()
		w.texts[s] = n
		w.values = appendStringValue(w.values, s)
	}
	return n
}

func (w *layerWriter) int(v int64) uint32 {
	n, ok := w.ints[v]
	if !ok {
		n = w.next()
		w.ints[v] = n
		w.values = appendIntValue(w.values, v)
	}
	return n
}

func (w *layerWriter) float(v float64) uint32 {
	bits := math.Float64bits(v)
	n, ok := w.floats[bits]
	if !ok {
		n = w.next()
		w.floats[bits] = n
		w.values = appendFloatValue(w.values, v)
	}
	return n
}

func (w *layerWriter) bool(v bool) uint32 {
	i := 0
	if v {
		i = 1
	}
	if w.bools[i] == 0 {
		w.bools[i] = w.next() + 1
		w.values = appendBoolValue(w.values, v)
	}
	return w.bools[i] - 1
}

func (w *layerWriter) freeID(text string) uint64 {
	id := FeatureID(text)
	for {
		if _, taken := w.used[id]; !taken {
			w.used[id] = struct{}{}
			return id
		}
		id = max((id+1)&(1<<idBits-1), 1)
	}
}

// finish writes the layer from its items; nothing when there are none.
func (d *drawing) finish() {
	d.layer, d.drawn = d.layer[:0], len(d.items)
	if len(d.items) == 0 {
		return
	}
	w := &d.write
	w.begin(&d.source.Schema)
	for i := range d.items {
		it := &d.items[i]
		w.feature(it.feature, it.kind, d.geometry[it.from:it.to])
	}
	name := d.source.Name
	size := 2 + 1 + varintLen(uint64(len(name))) + len(name) +
		len(w.features) + len(w.keys) + len(w.values) + 1 + varintLen(Extent)
	b := appendVarint(append(d.layer, tileLayers), uint64(size))
	b = append(b, layerVersion, formatVersion)
	b = appendText(b, layerName, name)
	b = append(b, w.features...)
	b = append(b, w.keys...)
	b = append(b, w.values...)
	d.layer = appendVarint(append(b, layerExtent), Extent)
}

// firstPoint reads the first point of geometry commands that this package wrote.
func firstPoint(commands []byte) pt {
	_, n := binary.Uvarint(commands)
	x, m := binary.Varint(commands[n:])
	y, _ := binary.Varint(commands[n+m:])
	return pt{x, y}
}
