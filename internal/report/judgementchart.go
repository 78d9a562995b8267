package report

import (
	"encoding/json"
	"fmt"
	"html/template"
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/wording"
	"yiju/geo"
)

// chartView is a chart: its options for the charting library in each language, and
// the table with bars that says the same without it.
type chartView struct {
	ID       string
	Title    geo.Text
	Caption  geo.Text
	Height   int // px
	ZH, EN   template.JS
	Groups   []stackView
	Values   []bulletView
	Verdicts []indicator.Verdict // of the legend
}

// stackView is a bar of verdicts.
type stackView struct {
	Title geo.Text
	Parts []stackPart
	All   int
}

type stackPart struct {
	Verdict indicator.Verdict
	Count   int
	Percent string
}

// bulletView is a value against its threshold.
type bulletView struct {
	*rowView
	Text, Claim geo.Text // as words
	// On the axis, in its unit; nil where there is none. From and To are the bounds of
	// what is not known.
	Value, From, To, Claimed *float64
	Threshold                float64
	end                      float64 // of the axis
}

// At is a place on the axis in per cent.
func (b *bulletView) At(v *float64) string {
	if v == nil || b.end <= 0 {
		return "0"
	}
	return fmt.Sprintf("%.2f", 100*min(max(*v/b.end, 0), 1))
}

// Bound is the place of the threshold, Span the width of what is not known.
func (b *bulletView) Bound() string { return b.At(&b.Threshold) }

// Span is the width between the bounds.
func (b *bulletView) Span() string {
	if b.From == nil || b.To == nil {
		return "0"
	}
	width := *b.To - *b.From
	return b.At(&width)
}

func chartsOf(j *indicator.Judgement, rows []*rowView) []chartView {
	out := []chartView{verdictChart(j)}
	shares, others := bulletsOf(rows)
	if len(shares) > 0 {
		out = append(out, bulletChart("shares", geo.T("占比与要求", "Shares against what is asked"),
			geo.T("横条为核算值，菱形为申报值，竖线为要求；浅色段为未知部分可能的范围。", "Bars are computed, diamonds are claimed, the upright line is what is asked; the pale part is the range of what is not known."), shares, "%"))
	}
	if len(others) > 0 {
		out = append(out, bulletChart("others", geo.T("数量与要求", "Other figures against what is asked"),
			geo.T("以要求值为 100%，超过 200% 的画到头。", "What is asked is 100 %; beyond 200 % a bar is cut."), others, "%"))
	}
	return out
}

// verdictChart counts the verdicts of each group.
func verdictChart(j *indicator.Judgement) chartView {
	c := chartView{ID: "groups", Title: geo.T("各类指标的结论", "Verdicts by group"), Caption: geo.T("按要求条数计。", "Requirements are counted.")}
	var groups []geo.Text
	counts := make(map[geo.Text]map[indicator.Verdict]int)
	for _, item := range j.Items {
		if counts[item.Group] == nil {
			groups = append(groups, item.Group)
			counts[item.Group] = make(map[indicator.Verdict]int)
		}
		for i := range item.Requirements {
			counts[item.Group][item.Requirements[i].Verdict]++
		}
	}
	present := make(map[indicator.Verdict]bool)
	for _, g := range groups {
		s := stackView{Title: g}
		for _, n := range counts[g] {
			s.All += n
		}
		for _, v := range indicator.Verdicts() {
			if n := counts[g][v]; n > 0 {
				s.Parts = append(s.Parts, stackPart{v, n, shareOf(n, s.All)})
				present[v] = true
			}
		}
		c.Groups = append(c.Groups, s)
	}
	for _, v := range indicator.Verdicts() {
		if present[v] {
			c.Verdicts = append(c.Verdicts, v)
		}
	}
	c.Height = 34*len(groups) + 92
	c.ZH, c.EN = c.stacks("zh"), c.stacks("en")
	return c
}

// bulletsOf lists the requirements with a threshold and a value, shares apart from
// others, which are brought to per cent of their thresholds.
func bulletsOf(rows []*rowView) (shares, others []bulletView) {
	for _, r := range rows {
		if r.Judged.Threshold == nil || r.Measure == nil && (r.Judged.Claim == nil || r.Judged.Claim.Value == nil) {
			continue
		}
		b := bulletView{rowView: r, Threshold: *r.Judged.Threshold, end: 100}
		if m := r.Measure; m != nil {
			b.Value, b.From, b.To = m.Value, m.Low, m.High
			b.Text = valueText(m, r.Judged.Threshold)
		}
		if c := r.Judged.Claim; c != nil && c.Value != nil && (c.Basis != indicator.FromCount || r.Unit != "%") {
			b.Claimed = c.Value
			b.Claim = wording.Stated(*c.Value, r.claimUnit())
			if c.Basis == indicator.FromCounts {
				b.Claim = wording.Quantity(*c.Value, r.claimUnit(), r.Judged.Threshold)
			}
		}
		switch {
		case b.Value == nil && b.From == nil && b.Claimed == nil:
		case r.Unit == "%":
			shares = append(shares, b)
		case b.Threshold > 0:
			b.relative()
			others = append(others, b)
		}
	}
	end := 100.0
	for _, b := range shares {
		for _, v := range []*float64{b.Value, b.To, b.Claimed, &b.Threshold} {
			if v != nil {
				end = max(end, math.Ceil(*v/20)*20)
			}
		}
	}
	for i := range shares {
		shares[i].end = min(end, 200)
	}
	return shares, others
}

// relative brings figures to per cent of the threshold.
func (b *bulletView) relative() {
	part := func(v *float64) *float64 {
		if v == nil {
			return nil
		}
		p := 100 * *v / b.Threshold
		return &p
	}
	b.Value, b.From, b.To, b.Claimed = part(b.Value), part(b.From), part(b.To), part(b.Claimed)
	b.Threshold, b.end = 100, 200
}

func bulletChart(id string, title, caption geo.Text, bullets []bulletView, unit string) chartView {
	c := chartView{ID: id, Title: title, Caption: caption, Values: bullets, Height: rowPx(len(bullets))*len(bullets) + 66}
	c.ZH, c.EN = c.bullets("zh", unit), c.bullets("en", unit)
	return c
}

// rowPx is the height of a row of a chart: many rows are packed closer.
func rowPx(rows int) int {
	if rows > 40 {
		return 20
	}
	return 26
}

// optionsOf are the options of a chart; the same chart gives the same bytes.
func optionsOf(c *charts.Bar) template.JS {
	c.Validate()
	options := c.JSON()
	delete(options, "toolbox")
	b, err := json.Marshal(options)
	if err != nil {
		return "null"
	}
	return template.JS(b)
}

const (
	inkColour  = "#1d2733"
	softColour = "#5b6773"
	ruleColour = "#e4e8ec"
	labelPx    = 240 // of the names on the left
	wordsPx    = 170 // of the words on the right
)

// lying is a chart with bars that lie, the first on top.
func lying(height int, names []string, end float64, unit string, right int) *charts.Bar {
	bar := charts.NewBar()
	bar.SetGlobalOptions(
		charts.WithInitializationOpts(opts.Initialization{ChartID: "chart", Theme: "white", Height: fmt.Sprintf("%dpx", height)}),
		charts.WithAnimation(false),
		charts.WithGridOpts(opts.Grid{Left: fmt.Sprint(labelPx + 14), Right: fmt.Sprint(right), Top: "36", Bottom: "26"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(true), Left: "0", Top: "0", ItemWidth: 14, ItemHeight: 10, TextStyle: &opts.TextStyle{Color: softColour, FontSize: 12}}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Min: 0, Max: end, SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: ruleColour}}, AxisLabel: &opts.AxisLabel{Color: softColour, FontSize: 11, Formatter: types.FuncStr("{value}" + unit)}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Inverse: opts.Bool(true), AxisLabel: &opts.AxisLabel{Color: inkColour, FontSize: 12, Width: labelPx, Overflow: "truncate", Interval: "0"}, AxisLine: &opts.AxisLine{LineStyle: &opts.LineStyle{Color: "#9aa3ab"}}}),
	)
	bar.SetXAxis(names).XYReversal()
	return bar
}

// stacks are the options for bars of verdicts.
func (c *chartView) stacks(lang string) template.JS {
	var names []string
	most := 0
	for _, g := range c.Groups {
		names = append(names, g.Title.In(lang))
		most = max(most, g.All)
	}
	bar := lying(c.Height, names, float64(most), "", 24)
	for _, v := range c.Verdicts {
		var data []opts.BarData
		for _, g := range c.Groups {
			d := opts.BarData{}
			for _, p := range g.Parts {
				if p.Verdict == v {
					d.Value = p.Count
					d.Label = &opts.Label{Show: opts.Bool(true), Position: "inside", Color: verdictInk(v), FontSize: 11, Formatter: verdictSign(v) + " {c}"}
				}
			}
			if d.Value == nil {
				d.Value = "-"
			}
			data = append(data, d)
		}
		bar.AddSeries(v.Title().In(lang), data, charts.WithBarChartOpts(opts.BarChart{Stack: "verdicts", BarWidth: "20"}), charts.WithItemStyleOpts(opts.ItemStyle{Color: verdictColour(v), BorderColor: "#fff", BorderWidth: 1}))
	}
	return optionsOf(bar)
}

// verdictInk is the colour of letters on the colour of a verdict.
func verdictInk(v indicator.Verdict) string {
	switch v {
	case indicator.Insufficient, indicator.NotApplicable, indicator.ByDocument:
		return inkColour
	}
	return "#fff"
}

// bullets are the options for values against thresholds.
func (c *chartView) bullets(lang, unit string) template.JS {
	words := map[bool][4]string{true: {"核算", "可能范围", "申报", "要求"}, false: {"computed", "range", "claimed", "asked"}}[lang == "zh"]
	var names, texts []string
	var values, ranges []opts.BarData
	var claims, bounds []opts.ScatterData
	end := 0.0
	for i := range c.Values {
		b := &c.Values[i]
		end = max(end, b.end)
		title := b.Title // the number tells the indicator
		if b.Single || empty(title) {
			title = b.Item.Title
		}
		names = append(names, b.Label().In(lang)+"  "+title.In(lang))
		texts = append(texts, b.words(lang))
		values, ranges = append(values, b.bar(lang)), append(ranges, b.span(lang))
		if b.Claimed != nil {
			claims = append(claims, opts.ScatterData{Name: words[2] + " " + b.Claim.In(lang), Value: []any{min(*b.Claimed, b.end), i}})
		}
		bounds = append(bounds, opts.ScatterData{Name: words[3] + " " + b.Asked.In(lang), Value: []any{b.Threshold, i}})
	}
	bar := lying(c.Height, names, end, unit, wordsPx+20)
	byName := opts.SeriesTooltip{Formatter: "{b}"}
	stack := charts.WithBarChartOpts(opts.BarChart{Stack: "value", BarWidth: "12"})
	bar.AddSeries(words[0], values, stack, charts.WithItemStyleOpts(opts.ItemStyle{Color: "#7b8794"}), charts.WithSeriesTooltipOpts(byName))
	bar.AddSeries(words[1], ranges, stack, charts.WithItemStyleOpts(opts.ItemStyle{Color: "#ead9a6", BorderColor: "#d9a520", BorderWidth: 1}), charts.WithSeriesTooltipOpts(byName))
	marks := charts.NewScatter()
	marks.AddSeries(words[2], claims, charts.WithScatterChartOpts(opts.ScatterChart{Symbol: "diamond", SymbolSize: 12}), charts.WithItemStyleOpts(opts.ItemStyle{Color: "#fff", BorderColor: inkColour, BorderWidth: 1.5}), charts.WithSeriesTooltipOpts(byName))
	marks.AddSeries(words[3], bounds, charts.WithScatterChartOpts(opts.ScatterChart{Symbol: "rect", SymbolSize: []int{3, 20}}), charts.WithItemStyleOpts(opts.ItemStyle{Color: inkColour}), charts.WithSeriesTooltipOpts(byName))
	bar.Overlap(marks)
	bar.ExtendYAxis(opts.YAxis{Type: "category", Position: "right", Inverse: opts.Bool(true), Data: texts, AxisLabel: &opts.AxisLabel{Color: inkColour, FontSize: 11, Width: wordsPx, Overflow: "truncate", Interval: "0"}, AxisLine: &opts.AxisLine{Show: opts.Bool(false)}})
	return optionsOf(bar)
}

// bar is the part of a bullet that is known, span the part that is not.
func (b *bulletView) bar(lang string) opts.BarData {
	d := opts.BarData{Name: b.Text.In(lang), Value: "-", ItemStyle: &opts.ItemStyle{Color: verdictColour(b.Shown())}}
	switch {
	case b.Value != nil:
		d.Value = min(*b.Value, b.end)
	case b.From != nil:
		d.Value = min(*b.From, b.end)
	}
	return d
}

func (b *bulletView) span(lang string) opts.BarData {
	if b.Value != nil || b.From == nil || b.To == nil {
		return opts.BarData{Value: "-"}
	}
	return opts.BarData{Name: b.Text.In(lang), Value: min(*b.To, b.end) - min(*b.From, b.end)}
}

// Shown is the verdict that colours a bar: that of the computed value, where it has one.
func (b *bulletView) Shown() indicator.Verdict {
	if b.Computed != "" {
		return b.Computed
	}
	return b.Verdict
}

// words stand behind a bar: what was computed, or that it is only claimed.
func (b *bulletView) words(lang string) string {
	if empty(b.Text) {
		return join(geo.T("仅申报 ", "claimed only, "), b.Claim).In(lang)
	}
	return verdictSign(b.Shown()) + " " + b.Text.In(lang)
}
