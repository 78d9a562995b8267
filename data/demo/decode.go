package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// fileFeature is a feature as the generator writes it: GeoJSON with two members
// of our own.
type fileFeature struct {
	ID       string `json:"id"`
	Geometry *struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
	Properties map[string]any `json:"properties"`
	Extra      map[string]any `json:"extra"`
	Quality    []string       `json:"quality"`
}

func decode(text []byte) ([]geo.Feature, error) {
	var file struct {
		Features []fileFeature `json:"features"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&file); err != nil {
		return nil, err
	}
	out := make([]geo.Feature, len(file.Features))
	for i, in := range file.Features {
		f := geo.Feature{ID: in.ID, Quality: in.Quality}
		if err := in.place(&f); err != nil {
			return nil, fmt.Errorf("feature %q: %w", in.ID, err)
		}
		var err error
		if f.Attributes, err = values(in.Properties); err != nil {
			return nil, fmt.Errorf("feature %q: %w", in.ID, err)
		}
		if f.Extra, err = values(in.Extra); err != nil {
			return nil, fmt.Errorf("feature %q: %w", in.ID, err)
		}
		out[i] = f
	}
	return out, nil
}

func (in *fileFeature) place(f *geo.Feature) error {
	if in.Geometry == nil {
		return nil
	}
	raw := in.Geometry.Coordinates
	switch in.Geometry.Type {
	case "Point":
		var p orb.Point
		if err := json.Unmarshal(raw, &p); err != nil {
			return err
		}
		f.Geometry = p
	case "Polygon":
		var p orb.Polygon
		if err := json.Unmarshal(raw, &p); err != nil {
			return err
		}
		f.Geometry = p
	case "LineString":
		var positions [][]float64
		if err := json.Unmarshal(raw, &positions); err != nil {
			return err
		}
		f.Geometry, f.Z = split(positions)
	default:
		return fmt.Errorf("a %s is not expected", in.Geometry.Type)
	}
	return nil
}

// split takes the heights off the positions of a line.
func split(positions [][]float64) (orb.LineString, []float64) {
	line := make(orb.LineString, len(positions))
	var z []float64
	for i, at := range positions {
		line[i] = orb.Point{at[0], at[1]}
		if len(at) > 2 {
			z = append(z, at[2])
		}
	}
	return line, z
}

// values gives numbers their types: the generator writes a point into real
// numbers only.
func values(in map[string]any) (map[string]any, error) {
	for name, v := range in {
		n, ok := v.(json.Number)
		if !ok {
			continue
		}
		var err error
		if strings.Contains(n.String(), ".") {
			in[name], err = n.Float64()
		} else {
			in[name], err = n.Int64()
		}
		if err != nil {
			return nil, fmt.Errorf("attribute %s: %w", name, err)
		}
	}
	return in, nil
}
