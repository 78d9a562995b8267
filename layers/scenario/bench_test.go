package scenario_test

import (
	"fmt"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

// town adds some thousand buildings, so that reads of the base cost what they cost.
func town(b *testing.B, store layers.Store) {
	b.Helper()
	var edits []layers.Edit
	for i := range 5000 {
		x, y := 117+float64(i%70)/1000, 36+float64(i/70)/1000
		g := orb.Polygon{{{x, y}, {x + 0.0005, y}, {x + 0.0005, y + 0.0005}, {x, y}}}
		edits = append(edits, layers.Edit{Layer: "buildings", Op: layers.Add, Feature: geo.Feature{ID: fmt.Sprintf("b%05d", i), Geometry: g}})
	}
	apply(b, store, edits...)
}

// twoHundred makes a scenario of 200 edits.
func twoHundred(b *testing.B, book *scenario.Book) *scenario.Scenario {
	b.Helper()
	var edits []scenario.Edit
	for i := range 200 {
		e := scenario.Edit{Layer: "buildings", Op: scenario.Change, ID: fmt.Sprintf("b%05d", i*20), Set: map[string]any{"height_m": float64(10 + i%7)}}
		if i%2 == 0 {
			e = scenario.Edit{Layer: "cameras", Op: scenario.Add, Feature: &geo.Feature{ID: fmt.Sprintf("c%d", i), Geometry: orb.Point{117, 36}}}
		}
		edits = append(edits, e)
	}
	return must[*scenario.Scenario](b)(book.Create(b.Context(), scenario.New{Name: "二百", Edits: edits}))
}

// BenchmarkAppend is one edit more in a scenario of 200, with the net that it comes to:
// as an editor at work does it, and as the first edit of a process.
func BenchmarkAppend(b *testing.B) {
	for _, k := range kinds {
		for _, how := range []string{"warm", "cold"} {
			b.Run(k.name+"/"+how, func(b *testing.B) {
				store, _ := k.opened(b)
				town(b, store)
				book := scenario.NewBook(store)
				s := twoHundred(b, book)
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					if how == "cold" {
						book = scenario.NewBook(store)
					}
					// The same edit is put in anew, so that the list does not grow.
					e := scenario.Edit{Layer: "cameras", Op: scenario.Move, ID: "c0", Geometry: orb.Point{117, 36 + float64(i%100)/1000}}
					steps := []scenario.Step{appended(e)}
					if i > 0 {
						steps = append(steps, scenario.Step{Do: scenario.Remove, Seqs: []int64{s.Next - 1}})
					}
					s, _ = edit(b, book, s.ID, "", steps...)
					must[*scenario.Net](b)(book.Net(b.Context(), s))
				}
			})
		}
	}
}

// BenchmarkCommit is what the store needs for a batch of two rows: the floor of an
// append.
func BenchmarkCommit(b *testing.B) {
	for _, k := range kinds {
		b.Run(k.name, func(b *testing.B) {
			store, _ := k.opened(b)
			for i := 0; b.Loop(); i++ {
				apply(b, store, layers.Edit{Layer: "cameras", Op: layers.Put, Feature: geo.Feature{ID: "a", Attributes: map[string]any{"name": fmt.Sprint(i)}}},
					layers.Edit{Layer: "facilities", Op: layers.Put, Feature: geo.Feature{ID: fmt.Sprint(i)}})
			}
		})
	}
}
