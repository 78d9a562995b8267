package mvt

import (
	"fmt"
	"math"
	"unicode/utf8"
)

// Fields of the tile format's messages.
const (
	tileLayers = 3

	layerName     = 1
	layerFeatures = 2
	layerKeys     = 3
	layerValues   = 4
	layerExtent   = 5
	layerVersion  = 15

	featureID       = 1
	featureTags     = 2
	featureType     = 3
	featureGeometry = 4
)

// What a layer has when it does not say.
const (
	defaultExtent  = 4096
	defaultVersion = 1
)

// flaw is something that decoding passed over, in a feature or, with feature -1,
// in the layer itself.
type flaw struct {
	feature int
	rule    Rule
	detail  string
}

// Decode reads a tile. Fields that it does not know are passed over, as protocol
// buffers ask for; it is an error when bytes end early, a field has the wrong
// type or text is not UTF-8. No bytes give a tile without layers.
func Decode(b []byte) (Tile, error) {
	var t Tile
	r := reader{b: b}
	for r.next() {
		if r.number != tileLayers {
			continue
		}
		if r.wire != wireBytes {
			return Tile{}, fmt.Errorf("mvt: layer %d is not a message", len(t.Layers))
		}
		l, err := decodeLayer(r.bytes)
		if err != nil {
			return Tile{}, fmt.Errorf("mvt: layer %d: %w", len(t.Layers), err)
		}
		t.Layers = append(t.Layers, l)
	}
	if r.broken() {
		return Tile{}, fmt.Errorf("mvt: tile breaks off at byte %d", r.at)
	}
	return t, nil
}

var layerWires = map[uint64]int{
	layerName: wireBytes, layerFeatures: wireBytes, layerKeys: wireBytes,
	layerValues: wireBytes, layerExtent: wireVarint, layerVersion: wireVarint,
}

func decodeLayer(b []byte) (Layer, error) {
	l := Layer{Version: defaultVersion, Extent: defaultExtent}
	r := reader{b: b}
	seen := make(map[uint64]bool, len(layerWires))
	for first := true; r.next(); first = false {
		if want, known := layerWires[r.number]; known && r.wire != want {
			return l, fmt.Errorf("field %d has wire type %d, not %d", r.number, r.wire, want)
		}
		if first && r.number != layerVersion {
			l.flaws = append(l.flaws, flaw{-1, VersionFirst, ""})
		}
		if err := l.field(&r); err != nil {
			return l, err
		}
		seen[r.number] = true
	}
	if r.broken() {
		return l, fmt.Errorf("breaks off at byte %d", r.at)
	}
	if !seen[layerVersion] {
		l.flaws = append(l.flaws, flaw{-1, LayerVersion, "there is none"})
	}
	if !seen[layerName] {
		l.flaws = append(l.flaws, flaw{-1, LayerName, "there is none"})
	}
	return l, nil
}

func (l *Layer) field(r *reader) error {
	switch r.number {
	case layerName, layerKeys:
		if !utf8.Valid(r.bytes) {
			return fmt.Errorf("field %d is not UTF-8", r.number)
		}
		if r.number == layerName {
			l.Name = string(r.bytes)
		} else {
			l.Keys = append(l.Keys, string(r.bytes))
		}
	case layerFeatures:
		return l.feature(r.bytes)
	case layerValues:
		return l.value(r.bytes)
	case layerExtent, layerVersion:
		if r.varint > math.MaxUint32 {
			return fmt.Errorf("field %d has more than 32 bits", r.number)
		}
		if r.number == layerExtent {
			l.Extent = uint32(r.varint)
		} else {
			l.Version = uint32(r.varint)
		}
	}
	return nil
}

var featureWires = map[uint64]int{featureID: wireVarint, featureType: wireVarint}

func (l *Layer) feature(b []byte) error {
	var f Feature
	at := len(l.Features)
	r := reader{b: b}
	var seen [featureGeometry + 1]bool
	for r.next() {
		if want, known := featureWires[r.number]; known && r.wire != want {
			return fmt.Errorf("feature %d: field %d has wire type %d, not %d", at, r.number, r.wire, want)
		}
		if r.number > featureGeometry {
			continue
		}
		if seen[r.number] {
			l.flaws = append(l.flaws, flaw{at, FieldOnce, fmt.Sprintf("field %d", r.number)})
		}
		seen[r.number] = true
		if !f.field(&r) {
			return fmt.Errorf("feature %d: field %d is broken", at, r.number)
		}
	}
	if r.broken() {
		return fmt.Errorf("feature %d breaks off at byte %d", at, r.at)
	}
	if !seen[featureType] {
		l.flaws = append(l.flaws, flaw{at, FeatureType, "there is none"})
	}
	l.Features = append(l.Features, f)
	return nil
}

func (f *Feature) field(r *reader) (ok bool) {
	ok = true
	switch r.number {
	case featureID:
		f.ID, f.HasID = r.varint, true
	case featureType:
		f.Type = Type(min(r.varint, math.MaxUint32))
	case featureTags:
		f.Tags, ok = numbers(f.Tags, r)
	case featureGeometry:
		f.Commands, ok = numbers(f.Commands, r)
	}
	return ok
}

// numbers reads a list of numbers, which may also be written one field for each.
func numbers(dst []uint32, r *reader) ([]uint32, bool) {
	switch {
	case r.wire == wireBytes:
		return packed(dst, r.bytes)
	case r.wire == wireVarint && r.varint <= math.MaxUint32:
		return append(dst, uint32(r.varint)), true
	}
	return dst, false
}

// valueWires are the wire types of a value's fields, by number from 1: string,
// float, double, int64, uint64, sint64, bool.
var valueWires = [...]int{0, wireBytes, wireFixed4, wireFixed8, wireVarint, wireVarint, wireVarint, wireVarint}

func (l *Layer) value(b []byte) error {
	var v Value
	at, known := len(l.Values), 0
	r := reader{b: b}
	for r.next() {
		if r.number == 0 || r.number >= uint64(len(valueWires)) {
			l.flaws = append(l.flaws, flaw{-1, ValueField, fmt.Sprintf("value %d has a field %d", at, r.number)})
			continue
		}
		if r.wire != valueWires[r.number] {
			return fmt.Errorf("value %d: field %d has wire type %d, not %d", at, r.number, r.wire, valueWires[r.number])
		}
		if r.number == 1 && !utf8.Valid(r.bytes) {
			return fmt.Errorf("value %d is not UTF-8", at)
		}
		v = valueOf(&r)
		known++
	}
	if r.broken() {
		return fmt.Errorf("value %d breaks off at byte %d", at, r.at)
	}
	if known != 1 {
		l.flaws = append(l.flaws, flaw{-1, ValueField, fmt.Sprintf("value %d has %d typed fields", at, known)})
	}
	l.Values = append(l.Values, v)
	return nil
}

func valueOf(r *reader) Value {
	switch r.number {
	case 1:
		return string(r.bytes)
	case 2:
		return math.Float32frombits(uint32(r.varint))
	case 3:
		return math.Float64frombits(r.varint)
	case 4:
		return int64(r.varint)
	case 5:
		return r.varint
	case 6:
		return int64(r.varint>>1) ^ -int64(r.varint&1)
	}
	return r.varint != 0
}
