package tiles

import (
	"math"
	"strings"

	"yiju/geo"
)

// TileJSON describes a set of tiles to a map client: TileJSON 3.0.0.
type TileJSON struct {
	TileJSON     string        `json:"tilejson"`
	Name         string        `json:"name,omitempty"`
	Description  string        `json:"description,omitempty"`
	Version      string        `json:"version,omitempty"`
	Attribution  string        `json:"attribution,omitempty"`
	Scheme       string        `json:"scheme"`
	Tiles        []string      `json:"tiles"`
	MinZoom      uint8         `json:"minzoom"`
	MaxZoom      uint8         `json:"maxzoom"`
	Bounds       [4]float64    `json:"bounds"`
	Center       [3]float64    `json:"center"`
	VectorLayers []VectorLayer `json:"vector_layers"`
}

// VectorLayer describes a layer of the tiles.
type VectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description"`
	MinZoom     uint8             `json:"minzoom"`
	MaxZoom     uint8             `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

// Describe makes the description of tiles of some layers, in a language for their
// titles. url is the template of a tile's address, with {z}, {x} and {y}. An empty
// extent stands for the whole world.
func Describe(schemas []geo.Schema, url string, extent geo.Extent, minZoom, maxZoom uint8, lang string) TileJSON {
	if extent.IsEmpty() {
		extent = World()
	}
	// Seven digits are a centimetre; more would be noise.
	const digits = 1e7
	extent.MinX, extent.MinY = math.Floor(extent.MinX*digits)/digits, math.Floor(extent.MinY*digits)/digits
	extent.MaxX, extent.MaxY = math.Ceil(extent.MaxX*digits)/digits, math.Ceil(extent.MaxY*digits)/digits
	extent.MinY, extent.MaxY = max(extent.MinY, -MaxLatitude), min(extent.MaxY, MaxLatitude)
	extent.MinX, extent.MaxX = max(extent.MinX, -180), min(extent.MaxX, 180)
	centre := extent.Centre()
	out := TileJSON{
		TileJSON: "3.0.0", Scheme: "xyz", Tiles: []string{url}, MinZoom: minZoom, MaxZoom: min(maxZoom, MaxZoom),
		Bounds:       [4]float64{extent.MinX, extent.MinY, extent.MaxX, extent.MaxY},
		Center:       [3]float64{math.Round(centre[0]*digits) / digits, math.Round(centre[1]*digits) / digits, float64(fitZoom(extent, minZoom, min(maxZoom, MaxZoom)))},
		VectorLayers: VectorLayers(schemas, minZoom, maxZoom, lang),
	}
	titles := make([]string, len(schemas))
	for i := range schemas {
		titles[i] = schemas[i].Title.In(lang)
	}
	out.Name = strings.Join(titles, ", ")
	return out
}

// VectorLayers describes layers and their fields, as tiles hold them.
func VectorLayers(schemas []geo.Schema, minZoom, maxZoom uint8, lang string) []VectorLayer {
	out := make([]VectorLayer, len(schemas))
	for i, s := range schemas {
		fields := map[string]string{idKey: "String"}
		for _, f := range s.Fields {
			if !f.Bulk && f.Name != idKey {
				fields[f.Name] = fieldText(&f, lang)
			}
		}
		out[i] = VectorLayer{ID: s.Layer, Description: s.Title.In(lang), MinZoom: minZoom, MaxZoom: min(maxZoom, MaxZoom), Fields: fields}
	}
	return out
}

// fieldText words a field: its type, then its title and unit.
func fieldText(f *geo.Field, lang string) string {
	text := "String"
	switch f.Type {
	case geo.Integer, geo.Real:
		text = "Number"
	case geo.Boolean:
		text = "Boolean"
	}
	if title := f.Title.In(lang); title != "" {
		text += ". " + title
		if f.Unit != "" {
			text += ", " + f.Unit
		}
	}
	return text
}

// fitZoom is the deepest zoom at which an extent takes no more than two by two
// tiles.
func fitZoom(e geo.Extent, minZoom, maxZoom uint8) uint8 {
	z := minZoom
	for z < maxZoom {
		b, ok := blockOf(e, z+1)
		if !ok || b.maxX-b.minX > 1 || b.maxY-b.minY > 1 {
			break
		}
		z++
	}
	return z
}
