package naming_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"yiju/geo"
	"yiju/layers/internal/naming"
)

func columns(had map[string]string, fields ...string) map[string]string {
	var s geo.Schema
	for _, f := range fields {
		s.Fields = append(s.Fields, geo.Field{Name: f})
	}
	return naming.Columns(&s, had)
}

func TestColumns(t *testing.T) {
	for name, c := range map[string]struct {
		had    map[string]string
		fields []string
		want   map[string]string
	}{
		"plain":                {nil, []string{"name", "名称"}, map[string]string{"name": "name", "名称": "名称"}},
		"kept by the database": {nil, []string{"id", "FID", "geom", "ctid", "yiju_extra"}, map[string]string{"id": "id_2", "FID": "FID_2", "geom": "geom_2", "ctid": "ctid_2", "yiju_extra": "x_yiju_extra"}},
		"case":                 {nil, []string{"a", "A", "a_2"}, map[string]string{"a": "a", "A": "A_2", "a_2": "a_2_2"}},
		"other letters":        {nil, []string{"a b", `a"b`, "a:b"}, map[string]string{"a b": "a_b", `a"b`: "a_b_2", "a:b": "a_b_3"}},
		"those there stay":     {map[string]string{"A": "a"}, []string{"a", "A"}, map[string]string{"A": "a", "a": "a_2"}},
		"those gone make room": {map[string]string{"b": "a"}, []string{"a"}, map[string]string{"a": "a"}},
	} {
		if diff := cmp.Diff(c.want, columns(c.had, c.fields...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Whatever fields are called, columns differ in more than case and are short
// enough for PostgreSQL.
func FuzzColumns(f *testing.F) {
	f.Add("a", "A", "a_2", strings.Repeat("长", 30))
	f.Add("id", "ID_2", "id 2", "")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		fields := []string{}
		for i, s := range []string{a, b, c, d, a + b, strings.ToUpper(a)} {
			if !utf8.ValidString(s) || s == "" {
				s = fmt.Sprint(i)
			}
			if !slices.Contains(fields, s) {
				fields = append(fields, s)
			}
		}
		seen := map[string]bool{}
		for field, column := range columns(nil, fields...) {
			lower := strings.ToLower(column)
			if column == "" || len(column) > 63 || !utf8.ValidString(column) || strings.ContainsAny(column, "\"'; \x00") || seen[lower] || lower == "id" || lower == "fid" {
				t.Errorf("field %q is in column %q", field, column)
			}
			seen[lower] = true
		}
	})
}

func TestTable(t *testing.T) {
	taken := map[string]bool{"trees": true, "trees_2": true}
	for layer, want := range map[string]string{
		"buildings": "buildings", "Trees": "Trees_3", "sqlite_x": "x_sqlite_x", "a-b": "a_b", "树木": "树木", strings.Repeat("长", 20): strings.Repeat("长", 16),
	} {
		if got := naming.Table(layer, func(lower string) bool { return taken[lower] }); got != want {
			t.Errorf("Table(%q) = %q, want %q", layer, got, want)
		}
	}
}
