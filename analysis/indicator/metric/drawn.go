package metric

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// drawnName is the layer that a metric draws.
func drawnName(metric string) string { return "judge_" + strings.ReplaceAll(metric, ".", "_") }

// sheet is a layer that a metric draws.
type sheet struct {
	layer  *analysis.Layer
	serial map[string]int // parts of each thing
}

func newSheet(metric, zh, en string, shape geo.Shape, fields ...geo.Field) *sheet {
	return &sheet{
		layer: &analysis.Layer{Schema: geo.Schema{
			Layer: drawnName(metric), Kind: geo.Result, Shapes: []geo.Shape{shape}, Fields: fields, Title: geo.T(zh, en),
		}},
		serial: make(map[string]int),
	}
}

// put draws a thing under its own id; values are pairs of a name and a value, of
// which nil ones are left out.
func (s *sheet) put(id string, g orb.Geometry, values ...any) {
	s.layer.Features = append(s.layer.Features, drawn(id, g, values...))
}

// drawn is a thing that is drawn.
func drawn(id string, g orb.Geometry, values ...any) geo.Feature {
	f := geo.Feature{ID: id, Geometry: g}
	for i := 0; i+1 < len(values); i += 2 {
		if values[i+1] != nil {
			f.Set(values[i].(string), values[i+1])
		}
	}
	return f
}

// redrawing is what was drawn last of some features, by what was known of each.
type redrawing[K comparable] struct {
	of     []*item
	states []K
	drawn  []geo.Feature
}

// redrawn draws features by what is known of them, anew where that changed. The list is
// the caller's.
func redrawn[K comparable](g *ground, key string, of []*item, states []K, draw func(*item, K) geo.Feature) []geo.Feature {
	a := g.memory.answer("drawn|" + key)
	a.Lock()
	defer a.Unlock()
	last, _ := a.value.(*redrawing[K])
	if last == nil {
		last = &redrawing[K]{}
	}
	now := &redrawing[K]{of: of, states: states, drawn: make([]geo.Feature, len(of))}
	k := 0
	for i, x := range of {
		for k < len(last.of) && last.of[k] != x && last.of[k].ID < x.ID {
			k++
		}
		if k < len(last.of) && last.of[k] == x && last.states[k] == states[i] {
			now.drawn[i] = last.drawn[k]
		} else {
			now.drawn[i] = draw(x, states[i])
		}
	}
	a.value = now
	return slices.Clone(now.drawn)
}

// part draws a part of a thing, under its id and a number.
func (s *sheet) part(of string, g orb.Geometry, values ...any) {
	s.serial[of]++
	s.put(partID(of, s.serial[of]-1), g, values...)
}

// partID is the id of a part of a thing, which are counted from 0.
func partID(of string, i int) string {
	const digits = "0123456789"
	if i++; i > 9999 {
		return fmt.Sprintf("%s:%d", of, i)
	}
	return of + ":" + string([]byte{digits[i/1000], digits[i/100%10], digits[i/10%10], digits[i%10]})
}

// drawnAreas draws the parts of an area of a square that are in one state, with their
// size.
func drawnAreas(state, square string, area orb.Geometry) []geo.Feature {
	var out []geo.Feature
	for i, poly := range geo.Polygons(area) {
		out = append(out, geo.Feature{
			ID: fmt.Sprintf("%s:%s:%03d", state, square, i+1), Geometry: poly,
			Attributes: map[string]any{"state": state, "area_m2": hundredths(geo.Area(poly))},
		})
	}
	return out
}

// done gives the layer, ordered by id.
func (s *sheet) done() *analysis.Layer {
	analysis.SortByID(s.layer.Features)
	return s.layer
}

// stateField says what was found of a thing that is drawn.
func stateField(codes ...geo.Code) geo.Field {
	return analysis.TextField("state", "状态", "State", codes...)
}

func wayField() geo.Field { return analysis.TextField("way", "道路标识", "Way (id)") }

func lengthField() geo.Field { return analysis.RealField("length_m", "长度", "Length", "m") }
