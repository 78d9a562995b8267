package report

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"

	"yiju/analysis/indicator/wording"
	"yiju/geo"
)

// manner is how features of a layer are drawn: a class of the page's style, and a
// colour where their value decides it.
type manner struct {
	class, colour string
	title         geo.Text // of the value; empty for the layer's own
}

// steps are the colours of numbers, from little to much; kinds those of texts. Both
// can be told apart without red and green.
var (
	stepColours = []string{"#c6dee9", "#9ac3d7", "#65a2c1", "#36799f", "#174a6c"}
	kindColours = []string{"#3b78b0", "#e2a32b", "#4aa48a", "#b678a5", "#86c2e0", "#8c7a4f"}
)

const otherColour = "#9aa3ab"

// mannersOf sorts the features of a layer into manners.
func mannersOf(l *PictureLayer) ([]manner, []int) {
	of := make([]int, len(l.Features))
	if l.Role != DrawResult || l.Attribute == "" {
		return []manner{{class: string(l.Role)}}, of
	}
	var numbers []float64
	texts := make(map[string]int)
	for i := range l.Features {
		if v, ok := l.Features[i].Number(l.Attribute); ok && !math.IsNaN(v) && !math.IsInf(v, 0) {
			numbers = append(numbers, v)
		} else if t, ok := textOf(&l.Features[i], l.Attribute); ok {
			texts[t]++
		}
	}
	if len(numbers) > 0 && len(texts) == 0 {
		return numberManners(l, numbers, of)
	}
	return textManners(l, texts, of)
}

func textOf(f *geo.Feature, attribute string) (string, bool) {
	if t, ok := f.Text(attribute); ok {
		return t, true
	}
	if is, known := f.Bool(attribute); known {
		return map[bool]string{true: "true", false: "false"}[is], true
	}
	if v, ok := f.Number(attribute); ok {
		return wording.Shortest(v), true
	}
	return "", false
}

var unknownManner = manner{class: string(DrawUnknown), title: geo.T("未知", "unknown")}

// numberManners gives classes of equal width between the least and the greatest number.
func numberManners(l *PictureLayer, numbers []float64, of []int) ([]manner, []int) {
	low, high := slices.Min(numbers), slices.Max(numbers)
	step := niceStep((high - low) / float64(len(stepColours)))
	first := math.Floor(low/step) * step
	for first+float64(len(stepColours))*step < high {
		step = niceStep(1.01 * step)
		first = math.Floor(low/step) * step
	}
	classes := min(max(int(math.Ceil((high-first)/step)), 1), len(stepColours))
	var out []manner
	for i := range classes {
		from, to := first+float64(i)*step, first+float64(i+1)*step
		colour := stepColours[i]
		if classes < len(stepColours) {
			colour = stepColours[i*(len(stepColours)-1)/max(classes-1, 1)]
		}
		unit := wording.UnitOf(l.Unit)
		text := wording.Shortest(trimmed(from)) + "–" + wording.Shortest(trimmed(to))
		out = append(out, manner{class: "result", colour: colour, title: geo.T(text+unit.ZH, text+unit.EN)})
	}
	out = append(out, unknownManner)
	for i := range l.Features {
		v, ok := l.Features[i].Number(l.Attribute)
		if !ok || math.IsNaN(v) || math.IsInf(v, 0) {
			of[i] = len(out) - 1
			continue
		}
		of[i] = min(max(int((v-first)/step), 0), classes-1)
	}
	return out, of
}

// trimmed takes the dust off a number that was reached by adding.
func trimmed(v float64) float64 { return math.Round(v*1e6) / 1e6 }

// niceStep is the least of 1, 2, 5 times a power of ten that is at least v.
func niceStep(v float64) float64 {
	if v <= 0 {
		return 1
	}
	p := math.Pow(10, math.Floor(math.Log10(v)))
	for _, k := range []float64{1, 2, 5} {
		if k*p >= v*(1-1e-9) {
			return k * p
		}
	}
	return 10 * p
}

// textManners gives each text a colour, those that are many first; the rest share one.
func textManners(l *PictureLayer, texts map[string]int, of []int) ([]manner, []int) {
	order := make([]string, 0, len(texts))
	for t := range texts {
		order = append(order, t)
	}
	slices.SortFunc(order, func(a, b string) int {
		return cmp.Or(cmp.Compare(texts[b], texts[a]), cmp.Compare(a, b))
	})
	kept := order[:min(len(order), len(kindColours))]
	var out []manner
	for i, t := range kept {
		out = append(out, manner{class: "result", colour: kindColours[i], title: wordOf(l, t)})
	}
	other, unknown := len(out), len(out)+1
	out = append(out, manner{class: "result", colour: otherColour, title: geo.T("其他", "other")}, unknownManner)
	for i := range l.Features {
		t, ok := textOf(&l.Features[i], l.Attribute)
		switch k := slices.Index(kept, t); {
		case !ok:
			of[i] = unknown
		case k < 0:
			of[i] = other
		default:
			of[i] = k
		}
	}
	return out, of
}

func wordOf(l *PictureLayer, text string) geo.Text {
	if w, ok := l.Words[text]; ok {
		return w
	}
	switch text {
	case "true":
		return geo.T("是", "yes")
	case "false":
		return geo.T("否", "no")
	}
	return geo.T(text, text)
}

// legend lists the manners that are there, with their counts.
func (l *layer) legend() []swatchView {
	counts, first := make([]int, len(l.manners)), make([]geo.Shape, len(l.manners))
	for i, m := range l.of {
		counts[m]++
		if first[m] == "" {
			first[m] = geo.ShapeOf(l.Features[i].Geometry)
		}
	}
	var out []swatchView
	for i, m := range l.manners {
		if counts[i] == 0 {
			continue
		}
		title := l.Title
		switch {
		case empty(title):
			title = m.title
		case !empty(m.title):
			title = join(l.Title, geo.T("：", ": "), m.title)
		}
		out = append(out, swatchView{Class: m.class, Colour: m.colour, Shape: first[i], Title: title, Count: counts[i]})
	}
	return out
}

// swatch draws a sample of a manner for a legend.
func swatch(s swatchView) template.HTML {
	kind, shape, property := "f", "M1 1h18v10h-18z", "fill"
	switch s.Shape {
	case geo.Line:
		kind, shape, property = "l", "M1 6h18", "stroke"
	case geo.Point:
		kind, shape, property = "d", "M10 6h0", "stroke"
	}
	colour := ""
	if s.Colour != "" {
		colour = fmt.Sprintf(` style="%s:%s"`, property, s.Colour)
	}
	return template.HTML(fmt.Sprintf(`<svg class="swatch" viewBox="0 0 20 12" aria-hidden="true"><path class="%s %s"%s d="%s"/></svg>`, kind, template.HTMLEscapeString(s.Class), colour, shape))
}
