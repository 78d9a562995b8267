package report

import (
	"fmt"
	"html/template"
	"slices"
	"sort"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Bounds on the bytes that pictures take. The page shares maxPicturesBytes among its
// pictures; what needs more is drawn coarser, and what is behind is left away first.
const (
	maxPicturesBytes = 3_600_000
	maxPictureBytes  = 160_000
	minPictureBytes  = 20_000
)

// details are the grids in which a picture is tried, in units of the drawing, from
// fine to coarse: for what lies behind (0 leaves it away) and for what the picture is
// about, with the size under which that becomes a dot.
var details = []struct{ behind, front, least float64 }{
	{1, 1, 0}, {2, 1, 0}, {4, 2, 0}, {4, 2, 12}, {8, 3, 24}, {8, 4, 40}, {16, 4, 60}, {0, 4, 90}, {0, 8, 90}, {0, 16, 120}, {0, 32, 160},
}

// easel draws the pictures of a page.
type easel struct {
	budget int
	shared []string // what lies behind, as drawn for one picture or more
	defs   strings.Builder
}

func newEasel(pictures int) *easel {
	return &easel{budget: min(max(maxPicturesBytes/max(pictures, 1), minPictureBytes), maxPictureBytes)}
}

// drawingView is a picture that was drawn.
type drawingView struct {
	SVG    template.HTML
	Legend []swatchView
	// Numbered are the numbers that stand on the picture.
	Numbered map[string]bool
	Note     geo.Text
}

// swatchView is a line of a legend.
type swatchView struct {
	Class, Colour string
	Shape         geo.Shape
	Title         geo.Text
	Count         int
}

// layer is a layer of a picture with its places in the drawing, sorted into manners.
type layer struct {
	*PictureLayer
	manners []manner
	of      []int // the manner of each feature
	parts   [][]orb.Geometry
}

func (l *layer) behind() bool {
	return l.Role == DrawGround || l.Role == DrawBuilding || l.Role == DrawWay
}

// draw draws a picture. numbers are those that features carry, by id. Nothing to
// draw gives nil.
func (e *easel) draw(p *Picture, numbers map[string]int, label geo.Text) *drawingView {
	extent := geo.ExtentOf(p.Community)
	if p.Community == nil || extent.IsEmpty() {
		extent = geo.EmptyExtent()
		for i := range p.Layers {
			for k := range p.Layers[i].Features {
				if g := p.Layers[i].Features[k].Geometry; g != nil && geo.Finite(g) {
					extent = extent.Union(geo.ExtentOf(g))
				}
			}
		}
	}
	if extent.IsEmpty() {
		return nil
	}
	f := newFrame(extent)
	layers := placed(f, p.Layers)
	out := &drawingView{Numbered: make(map[string]bool)}
	outline := newInk(1, 0)
	if p.Community != nil {
		outline.add(f.place(p.Community))
	}
	back, front := e.fitting(layers, out)
	for _, l := range layers {
		if back != "" || !l.behind() {
			out.Legend = append(out.Legend, l.legend()...)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="map" viewBox="0 0 %g %g" role="img" aria-label="%s" xmlns="http://www.w3.org/2000/svg">`, frameWidth, f.height, template.HTMLEscapeString(label.In("zh")+" / "+label.In("en")))
	if back != "" {
		fmt.Fprintf(&b, `<use href="#%s"/>`, e.share(back))
	}
	fmt.Fprintf(&b, `%s<path class="edge" d="%s"/>`, front, outline.fill.d)
	b.WriteString(labels(f, layers, numbers, out.Numbered))
	b.WriteString(furniture(f))
	b.WriteString("</svg>")
	out.SVG = template.HTML(b.String())
	return out
}

func placed(f frame, layers []PictureLayer) []*layer {
	var out []*layer
	for i := range layers {
		l := &layer{PictureLayer: &layers[i]}
		l.manners, l.of = mannersOf(l.PictureLayer)
		for k := range l.Features {
			l.parts = append(l.parts, f.place(l.Features[k].Geometry))
		}
		out = append(out, l)
	}
	return out
}

// fitting draws in the finest detail that the budget allows.
func (e *easel) fitting(layers []*layer, out *drawingView) (back, front string) {
	fits := func(i int) bool {
		back, front = inked(layers, true, details[i].behind, 0), inked(layers, false, details[i].front, details[i].least)
		cost := len(front)
		if !slices.Contains(e.shared, back) {
			cost += len(back)
		}
		return cost <= e.budget
	}
	// The coarser, the smaller; the last is taken whatever it costs. Most pictures fit
	// as they are.
	i := 0
	if !fits(0) {
		i = 1 + sort.Search(len(details)-2, func(i int) bool { return fits(i + 1) })
		fits(i)
	}
	switch d := details[i]; {
	case d.behind == 0:
		out.Note = geo.T("要素过多，底图未画，小图形以点表示。", "So many features: the ground is left away and small shapes are drawn as dots.")
	case d.least > 0:
		out.Note = geo.T("要素过多，小图形以点表示。", "So many features: small shapes are drawn as dots.")
	}
	return back, front
}

// share keeps what lies behind once for all pictures that have it.
func (e *easel) share(back string) string {
	i := slices.Index(e.shared, back)
	if i < 0 {
		i = len(e.shared)
		e.shared = append(e.shared, back)
		fmt.Fprintf(&e.defs, `<g id="ground-%d">%s</g>`, i+1, back)
	}
	return fmt.Sprintf("ground-%d", i+1)
}

// coarse is the grid from which on dots hide each other: of several in a cell only the
// one on top is drawn. Beyond crowded dots they are drawn smaller.
const (
	coarse  = 3
	crowded = 600
)

// inked draws the layers behind or in front, each manner in at most three paths.
func inked(layers []*layer, behind bool, grid, least float64) string {
	if grid == 0 {
		return ""
	}
	seen := make(map[[2]int]bool)
	inks, dots := make([][]*ink, len(layers)), 0
	for i, l := range slices.Backward(layers) {
		if l.behind() != behind {
			continue
		}
		for range l.manners {
			k := newInk(grid, least)
			if grid >= coarse {
				k.seen = seen
			}
			inks[i] = append(inks[i], k)
		}
		for f, parts := range l.parts {
			inks[i][l.of[f]].add(parts)
		}
		for _, k := range inks[i] {
			dots += len(k.dots)
		}
	}
	var b strings.Builder
	for i := range inks {
		for m, k := range inks[i] {
			k.write(&b, &layers[i].manners[m], dots > crowded)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	scale := ""
	if grid != 1 {
		scale = fmt.Sprintf(` transform="scale(%g)"`, grid)
	}
	return "<g" + scale + ">" + b.String() + "</g>"
}

func (k *ink) write(b *strings.Builder, m *manner, small bool) {
	draw := func(kind, property string, d []byte) {
		if len(d) == 0 {
			return
		}
		colour := ""
		if m.colour != "" {
			colour = fmt.Sprintf(` style="%s:%s"`, property, m.colour)
		}
		fmt.Fprintf(b, `<path class="%s %s"%s d="%s"/>`, kind, m.class, colour, d)
	}
	draw("f", "fill", k.fill.d)
	draw("l", "stroke", k.line.d)
	dots := "d"
	if small {
		dots = "d small"
	}
	draw(dots, "stroke", k.dotted())
}

// Of a number on a picture, in units: a digit's width, a line's height, and the size
// from which a feature has it inside.
const (
	digitWide  = 14.0
	lineHigh   = 22.0
	roomInside = 70.0
)

// labels writes the numbers of features where there is room, each with its id.
func labels(f frame, layers []*layer, numbers map[string]int, done map[string]bool) string {
	var b strings.Builder
	var taken []geo.Extent
	for _, l := range layers {
		if l.Role != DrawFailed {
			continue
		}
		for i := range l.Features {
			id := l.Features[i].ID
			n, listed := numbers[id]
			if !listed || done[id] || len(l.parts[i]) == 0 {
				continue
			}
			text := fmt.Sprint(n)
			box, ok := labelBox(f, l.parts[i][0], digitWide*float64(len(text)), taken)
			if !ok {
				continue
			}
			taken = append(taken, box)
			done[id] = true
			fmt.Fprintf(&b, `<text class="no" x="%.0f" y="%.0f">%s<title>%s</title></text>`, box.MinX, box.MaxY-5, text, template.HTMLEscapeString(id))
		}
	}
	return b.String()
}

// labelBox finds a place for a number: inside of what is large, else beside it, so
// that it stays in sight.
func labelBox(f frame, part orb.Geometry, wide float64, taken []geo.Extent) (geo.Extent, bool) {
	e := geo.ExtentOf(part)
	at, ok := geo.Centroid(part)
	if !ok {
		return e, false
	}
	left, right, middle := e.MinX-wide-5, e.MaxX+5, at[1]-lineHigh/2
	places := []orb.Point{{right, middle}, {left, middle}, {at[0] - wide/2, e.MinY - lineHigh - 3}, {at[0] - wide/2, e.MaxY + 3}}
	if e.MaxX-e.MinX > roomInside && e.MaxY-e.MinY > roomInside {
		places = []orb.Point{{at[0] - wide/2, middle}}
	}
	for _, p := range places {
		box := geo.Extent{MinX: p[0], MinY: p[1], MaxX: p[0] + wide, MaxY: p[1] + lineHigh}
		inside := box.MinX > 0 && box.MinY > 0 && box.MaxX < frameWidth && box.MaxY < f.height
		if inside && !slices.ContainsFunc(taken, box.Touches) {
			return box, true
		}
	}
	return e, false
}

// furniture draws the scale bar and the arrow to the north.
func furniture(f frame) string {
	metres := niceLength(frameWidth / f.perM / 4)
	y, x := f.height-24, 24.0
	text := fmt.Sprintf("%g m", metres)
	if metres >= 1000 {
		text = fmt.Sprintf("%g km", metres/1000)
	}
	return fmt.Sprintf(`<g class="aids"><path class="halo" d="M%[1]g %[2]gh%.1[3]f"/><path class="rule" d="M%[1]g %.1[4]fv9h%.1[3]fv-9"/><text x="%[1]g" y="%.1[5]f">%[6]s</text>`, x, y, metres*f.perM, y-9, y-16, text) +
		fmt.Sprintf(`<path class="north" d="M%g 54l11-30 11 30-11-8z"/><text x="%g" y="80" text-anchor="middle">N</text></g>`, frameWidth-46, frameWidth-35)
}
