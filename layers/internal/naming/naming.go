// Package naming finds names of tables and columns for layers and fields. A
// database takes fewer names than a layer or field may have: some are its own,
// letters differ by more than their case, and length is bounded.
package naming

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"yiju/geo"
)

const (
	// maxTable leaves room in PostgreSQL's 63 bytes for the names of indexes.
	maxTable  = 48
	maxColumn = 60
)

// Columns every layer table has beside those of its fields.
const (
	Key     = "fid"
	ID      = "id"
	Geom    = "geom"
	Extra   = "yiju_extra"
	Source  = "yiju_source"
	Quality = "yiju_quality"
	Version = "yiju_version"
)

// Own lists the columns of every layer's table but for the key.
func Own(s *geo.Schema) []string {
	if len(s.Shapes) == 0 {
		return []string{ID, Extra, Source, Quality, Version}
	}
	return []string{ID, Geom, Extra, Source, Quality, Version}
}

// All lists the columns of a layer's table but for the key: those of Own, then
// those of the fields, in their order.
func All(s *geo.Schema, columns map[string]string) []string {
	out := Own(s)
	for _, f := range s.Fields {
		out = append(out, columns[f.Name])
	}
	return out
}

// reserved are names that databases keep for themselves.
var reserved = map[string]bool{
	Key: true, ID: true, Geom: true, "rowid": true, "oid": true, "_rowid_": true, "ogc_fid": true,
	"ctid": true, "xmin": true, "xmax": true, "cmin": true, "cmax": true, "tableoid": true,
	"seq": true, "existed": true, // of the tables in which a GeoPackage keeps what other programs replaced
}

var prefixes = []string{"yiju_", "gpkg_", "rtree_", "sqlite_", "ogr_", "gdal_", "pg_", "goose_", "spatial_ref_sys"}

// Table finds a name for the table of a layer that is not taken, whatever the
// case of letters.
func Table(layer string, taken func(lower string) bool) string {
	return free(safe(layer, maxTable), taken)
}

// Columns finds the names of the columns of a schema's fields, by field name. A
// field that has a column keeps it.
func Columns(s *geo.Schema, had map[string]string) map[string]string {
	out := make(map[string]string, len(s.Fields))
	taken := map[string]bool{}
	for _, f := range s.Fields {
		if column, ok := had[f.Name]; ok {
			out[f.Name] = column
			taken[strings.ToLower(column)] = true
		}
	}
	for _, f := range s.Fields {
		if _, ok := out[f.Name]; ok {
			continue
		}
		column := free(safe(f.Name, maxColumn), func(lower string) bool { return taken[lower] })
		out[f.Name] = column
		taken[strings.ToLower(column)] = true
	}
	return out
}

// safe makes a name of letters, digits and underscores.
func safe(name string, most int) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return r
		}
		return '_'
	}, name)
	lower := strings.ToLower(name)
	for _, p := range prefixes {
		if strings.HasPrefix(lower, p) {
			name = "x_" + name
			break
		}
	}
	return cut(name, most)
}

// cut shortens to a number of bytes without splitting a letter.
func cut(s string, most int) string {
	for len(s) > most {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

func free(name string, taken func(lower string) bool) string {
	out := name
	for n := 2; reserved[strings.ToLower(out)] || taken(strings.ToLower(out)); n++ {
		suffix := fmt.Sprintf("_%d", n)
		out = cut(name, maxColumn-len(suffix)) + suffix
	}
	return out
}
