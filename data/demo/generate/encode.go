package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// encode writes a layer as GeoJSON, one feature per line, ordered by id, so that
// a change shows as the lines it touches. Whole numbers have no point and real
// numbers always have one; the reader tells the types apart by that.
func encode(layer string, features []geo.Feature) ([]byte, error) {
	features = slices.Clone(features)
	slices.SortFunc(features, func(a, b geo.Feature) int { return strings.Compare(a.ID, b.ID) })
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\"type\":\"FeatureCollection\",\"name\":%q,\"features\":[\n", layer)
	for i := range features {
		if i > 0 && features[i].ID == features[i-1].ID {
			return nil, fmt.Errorf("encode: layer %s has two features %q", layer, features[i].ID)
		}
		if err := encodeFeature(&b, &features[i]); err != nil {
			return nil, fmt.Errorf("encode: %s/%s: %w", layer, features[i].ID, err)
		}
		if i+1 < len(features) {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	b.WriteString("]}\n")
	return b.Bytes(), nil
}

func encodeFeature(b *bytes.Buffer, f *geo.Feature) error {
	fmt.Fprintf(b, `{"type":"Feature","id":%q,"geometry":`, f.ID)
	if err := encodeGeometry(b, f); err != nil {
		return err
	}
	b.WriteString(`,"properties":`)
	if err := encodeValues(b, f.Attributes); err != nil {
		return err
	}
	if len(f.Extra) > 0 {
		b.WriteString(`,"extra":`)
		if err := encodeValues(b, f.Extra); err != nil {
			return err
		}
	}
	if len(f.Quality) > 0 {
		b.WriteString(`,"quality":[`)
		for i, note := range f.Quality {
			if i > 0 {
				b.WriteByte(',')
			}
			b.Write(quote(note))
		}
		b.WriteByte(']')
	}
	b.WriteByte('}')
	return nil
}

func encodeGeometry(b *bytes.Buffer, f *geo.Feature) error {
	if f.Geometry == nil {
		b.WriteString("null")
		return nil
	}
	fmt.Fprintf(b, `{"type":%q,"coordinates":`, f.Geometry.GeoJSONType())
	switch g := f.Geometry.(type) {
	case orb.Point:
		encodePoint(b, g)
	case orb.LineString:
		encodePoints(b, g, f.Z)
	case orb.Polygon:
		b.WriteByte('[')
		for i, ring := range g {
			if i > 0 {
				b.WriteByte(',')
			}
			encodePoints(b, ring, nil)
		}
		b.WriteByte(']')
	default:
		return fmt.Errorf("a %s is not drawn here", f.Geometry.GeoJSONType())
	}
	b.WriteByte('}')
	return nil
}

func encodePoints(b *bytes.Buffer, points []orb.Point, z []float64) {
	b.WriteByte('[')
	for i, p := range points {
		if i > 0 {
			b.WriteByte(',')
		}
		var at []float64
		if z != nil {
			at = z[i : i+1]
		}
		encodePoint(b, p, at...)
	}
	b.WriteByte(']')
}

func encodePoint(b *bytes.Buffer, p orb.Point, z ...float64) {
	b.WriteByte('[')
	for i, v := range append([]float64{p[0], p[1]}, z...) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatFloat(v, 'f', -1, 64))
	}
	b.WriteByte(']')
}

func encodeValues(b *bytes.Buffer, values map[string]any) error {
	b.WriteByte('{')
	for i, name := range slices.Sorted(maps.Keys(values)) {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, "%q:", name)
		switch v := values[name].(type) {
		case string:
			b.Write(quote(v))
		case bool:
			b.WriteString(strconv.FormatBool(v))
		case int:
			b.WriteString(strconv.Itoa(v))
		case int64:
			b.WriteString(strconv.FormatInt(v, 10))
		case float64:
			b.WriteString(realText(v))
		default:
			return fmt.Errorf("attribute %s is a %T", name, v)
		}
	}
	b.WriteByte('}')
	return nil
}

// realText writes a number so that it always shows a point.
func realText(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// quote writes text as JSON with Chinese and <> as they are.
func quote(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // text always encodes
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
