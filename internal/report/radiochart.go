package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"yiju/analysis/radio/survey"
)

// drawing is an SVG picture with a frame of two axes.
type drawing struct {
	strings.Builder
	w, h                     float64
	left, right, top, bottom float64 // margins
	x0, x1, y0, y1           float64 // values at the ends of the axes
}

func newDrawing(w, h, x0, x1, y0, y1 float64) *drawing {
	d := &drawing{w: w, h: h, left: 58, right: 18, top: 12, bottom: 44, x0: x0, x1: x1, y0: y0, y1: y1}
	fmt.Fprintf(d, `<svg viewBox="0 0 %g %g" role="img" xmlns="http://www.w3.org/2000/svg">`, w, h)
	return d
}

func (d *drawing) x(v float64) float64 { return d.left + (v-d.x0)/(d.x1-d.x0)*(d.w-d.left-d.right) }

func (d *drawing) y(v float64) float64 {
	return d.h - d.bottom - (v-d.y0)/(d.y1-d.y0)*(d.h-d.top-d.bottom)
}

// axes draws grid lines and numbers at multiples of steps, and the names of the axes.
func (d *drawing) axes(stepX, stepY float64, x, y [2]string) {
	for v := math.Ceil(d.x0/stepX) * stepX; v <= d.x1+1e-9; v += stepX {
		fmt.Fprintf(d, `<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, d.x(v), d.x(v), d.top, d.h-d.bottom)
		fmt.Fprintf(d, `<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, d.x(v), d.h-d.bottom+14, minus(v))
	}
	for v := math.Ceil(d.y0/stepY) * stepY; v <= d.y1+1e-9; v += stepY {
		fmt.Fprintf(d, `<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, d.left, d.w-d.right, d.y(v), d.y(v))
		fmt.Fprintf(d, `<text x="%.1f" y="%.1f" text-anchor="end">%s</text>`, d.left-6, d.y(v)+4, minus(v))
	}
	d.label(fmt.Sprintf(`x="%.1f" y="%.1f" text-anchor="middle"`, (d.left+d.w-d.right)/2, d.h-8), x)
	d.label(fmt.Sprintf(`transform="translate(13 %.1f) rotate(-90)" text-anchor="middle"`, (d.top+d.h-d.bottom)/2), y)
}

// label writes a text in both languages; place holds attributes of ours.
func (d *drawing) label(place string, text [2]string) {
	for i, class := range []string{"zh", "en"} {
		fmt.Fprintf(d, `<text class="name %s" %s>%s</text>`, class, place, template.HTMLEscapeString(text[i]))
	}
}

func (d *drawing) done() template.HTML {
	d.WriteString("</svg>")
	return template.HTML(d.String())
}

func minus(v float64) string {
	if v < 0 {
		return fmt.Sprintf("−%g", -v)
	}
	return fmt.Sprintf("%g", v+0)
}

// scatter draws counts of pairs as squares, the darker the more, and the line on
// which predictions are right. The axes hold what the measurements do.
func scatter(s *survey.Scatter) template.HTML {
	const low, high = survey.ScatterFrom, -50.0
	d := newDrawing(430, 410, low, high, low, high)
	d.axes(10, 10, [2]string{"预测 RSRP（dBm）", "predicted RSRP (dBm)"}, [2]string{"实测 RSRP（dBm）", "measured RSRP (dBm)"})
	most := 0
	for _, row := range s.Counts {
		for _, n := range row {
			most = max(most, n)
		}
	}
	for r, row := range s.Counts {
		for c, n := range row {
			x, y := survey.ScatterFrom+float64(c)*survey.ScatterDB, survey.ScatterFrom+float64(r)*survey.ScatterDB
			if n == 0 || x < low || x >= high || y < low || y >= high {
				continue
			}
			shade := 0.06 + 0.94*math.Log1p(float64(n))/math.Log1p(float64(most))
			fmt.Fprintf(d, `<rect class="dot" fill-opacity="%.2f" x="%.1f" y="%.1f" width="%.2f" height="%.2f"/>`, shade,
				d.x(x), d.y(y+survey.ScatterDB), d.x(x+survey.ScatterDB)-d.x(x)+0.1, d.y(y)-d.y(y+survey.ScatterDB)+0.1)
		}
	}
	fmt.Fprintf(d, `<line class="right" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, d.x(low), d.y(low), d.x(high), d.y(high))
	return d.done()
}

// medians draws medians over the distance and the range of eight in ten measurements.
func medians(steps []survey.DistanceStep) template.HTML {
	if len(steps) == 0 {
		return ""
	}
	low, high, far := math.Inf(1), math.Inf(-1), steps[len(steps)-1].ToM
	for _, s := range steps {
		low = min(low, s.LowMeasured, s.Nominal, s.Calibrated)
		high = max(high, s.HiMeasured, s.Nominal, s.Calibrated)
	}
	d := newDrawing(880, 330, 0, far, math.Floor(max(low, -140)/10)*10, math.Ceil(high/10)*10)
	d.axes(max(math.Ceil(far/1500)*100, 100), 10, [2]string{"距小区（米）", "distance from the cell (m)"}, [2]string{"RSRP 中位数（dBm）", "median RSRP (dBm)"})
	var band, back strings.Builder
	for i, s := range steps {
		at := d.x((s.FromM + s.ToM) / 2)
		fmt.Fprintf(&band, "%.1f,%.1f ", at, d.y(s.HiMeasured))
		last := steps[len(steps)-1-i]
		fmt.Fprintf(&back, "%.1f,%.1f ", d.x((last.FromM+last.ToM)/2), d.y(last.LowMeasured))
	}
	fmt.Fprintf(d, `<polygon class="band" points="%s%s"/>`, band.String(), back.String())
	for _, line := range []struct {
		class string
		of    func(*survey.DistanceStep) float64
	}{
		{"nominal", func(s *survey.DistanceStep) float64 { return s.Nominal }},
		{"measured", func(s *survey.DistanceStep) float64 { return s.Measured }},
		{"calibrated", func(s *survey.DistanceStep) float64 { return s.Calibrated }},
	} {
		var points strings.Builder
		for i := range steps {
			s := &steps[i]
			fmt.Fprintf(&points, "%.1f,%.1f ", d.x((s.FromM+s.ToM)/2), d.y(max(line.of(s), d.y0)))
		}
		fmt.Fprintf(d, `<polyline class="line %s" points="%s"/>`, line.class, points.String())
	}
	return d.done()
}

// errorBars draws how many errors there are of each size.
func errorBars(h *survey.Histogram) template.HTML {
	most, all := 0, 0
	for _, n := range h.Counts {
		most, all = max(most, n), all+n
	}
	if all == 0 {
		return ""
	}
	high := math.Ceil(100*float64(most)/float64(all)/2) * 2
	d := newDrawing(430, 300, survey.HistogramFrom, survey.HistogramFrom+float64(len(h.Counts))*survey.HistogramDB, 0, high)
	d.axes(10, max(math.Ceil(high/5), 1), [2]string{"预测减实测（dB）", "predicted minus measured (dB)"}, [2]string{"行（%）", "rows (%)"})
	for i, n := range h.Counts {
		x, share := survey.HistogramFrom+float64(i)*survey.HistogramDB, 100*float64(n)/float64(all)
		fmt.Fprintf(d, `<rect class="bar" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, d.x(x)+0.5, d.y(share), d.x(x+survey.HistogramDB)-d.x(x)-1, d.y(0)-d.y(share))
	}
	fmt.Fprintf(d, `<line class="right" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, d.x(0), d.x(0), d.y(0), d.y(high))
	return d.done()
}

// mostBiasDB is where the colours of the plan end.
const mostBiasDB = 10.0

// plan draws the sites where they stand, coloured by bias, those tested with a ring.
func plan(r *survey.Report) template.HTML {
	if len(r.Sites) == 0 {
		return ""
	}
	const size, edge = 430.0, 26.0
	minX, minY, maxX, maxY := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, s := range r.Sites {
		minX, maxX, minY, maxY = min(minX, s.At[0]), max(maxX, s.At[0]), min(minY, s.At[1]), max(maxY, s.At[1])
	}
	scale := (size - 2*edge) / max(maxX-minX, maxY-minY, 1)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %g %g" role="img" xmlns="http://www.w3.org/2000/svg">`, size, size-60)
	height := size - 60
	scale = min(scale, (height-2*edge)/max(maxY-minY, 1))
	for i, g := range r.BySite {
		s := r.Sites[i]
		class := "site"
		if g.Test {
			class += " test"
		}
		x := size/2 + (s.At[0]-(minX+maxX)/2)*scale
		y := height/2 - (s.At[1]-(minY+maxY)/2)*scale
		fmt.Fprintf(&b, `<circle class="%s" cx="%.1f" cy="%.1f" r="%.1f" fill="%s"><title>%s: %s dB, %s</title></circle>`, class, x, y,
			4+3*math.Log10(max(float64(g.Calibrated.Rows), 10)/10), biasColour(g.Calibrated.BiasDB), template.HTMLEscapeString(g.ID), signed(g.Calibrated.BiasDB), count(g.Calibrated.Rows))
	}
	metres := niceLength((maxX - minX) / 4)
	fmt.Fprintf(&b, `<line class="scale" x1="16" x2="%.1f" y1="%.1f" y2="%.1f"/><text x="16" y="%.1f">%g m</text></svg>`, 16+metres*scale, height-10, height-10, height-15, metres)
	return template.HTML(b.String())
}

// niceLength is the greatest of 1, 2, 5 times a power of ten up to v, at least 10 m.
func niceLength(v float64) float64 {
	best := 10.0
	for p := 10.0; p < 1e6; p *= 10 {
		for _, k := range []float64{1, 2, 5} {
			if k*p <= v {
				best = k * p
			}
		}
	}
	return best
}

// biasColour goes from blue (predicted too weak) over grey to orange (too strong).
func biasColour(biasDB float64) string {
	t := min(max(biasDB/mostBiasDB, -1), 1)
	mix := func(from, to, t float64) int { return int(math.Round(from + (to-from)*t)) }
	grey := [3]float64{226, 228, 230}
	end := [3]float64{201, 90, 12}
	if t < 0 {
		end, t = [3]float64{24, 90, 168}, -t
	}
	return fmt.Sprintf("#%02x%02x%02x", mix(grey[0], end[0], t), mix(grey[1], end[1], t), mix(grey[2], end[2], t))
}
