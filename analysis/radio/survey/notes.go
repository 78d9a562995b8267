package survey

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"yiju/analysis"
	"yiju/geo"
)

// notes gathers what a reader of the report should know.
type notes struct {
	missing, assumed map[string][]string // ids by the list of fields
	list             []analysis.Note
}

func (n *notes) lacks(id string, missing, assumed []string) {
	put := func(m *map[string][]string, fields []string) {
		if len(fields) == 0 {
			return
		}
		if *m == nil {
			*m = make(map[string][]string)
		}
		slices.Sort(fields)
		key := strings.Join(slices.Compact(fields), ", ")
		(*m)[key] = append((*m)[key], id)
	}
	put(&n.missing, missing)
	if len(missing) == 0 {
		put(&n.assumed, assumed)
	}
}

func (n *notes) add(code, layer string, ids []string, text geo.Text) {
	count := len(ids)
	n.list = append(n.list, analysis.Note{Code: code, Text: text, Layer: layer, IDs: ids[:min(count, mostNamed)], Count: count})
}

// all are the notes in a fixed order.
func (n *notes) all() []analysis.Note {
	out := slices.Clone(n.list)
	gather := func(code string, m map[string][]string, word func(fields string, count int) geo.Text) {
		for _, fields := range slices.Sorted(maps.Keys(m)) {
			ids := m[fields]
			out = append(out, analysis.Note{Code: code, Layer: "cells", Count: len(ids), IDs: ids[:min(len(ids), mostNamed)], Text: word(fields, len(ids))})
		}
	}
	gather("cells_incomplete", n.missing, func(fields string, count int) geo.Text {
		return geo.Tf("%[2]d 个小区缺少 %[1]s，未使用", "%[2]d cells lack %[1]s and were not used", fields, count)
	})
	gather("cells_assumed", n.assumed, func(fields string, count int) geo.Text {
		return geo.Tf("%[2]d 个小区的 %[1]s 采用缺省值", "%[1]s of %[2]d cells are defaults", fields, count)
	})
	slices.SortStableFunc(out, func(a, b analysis.Note) int { return cmp.Compare(a.Code, b.Code) })
	return out
}
