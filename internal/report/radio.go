// Package report writes reports that a person opens, prints and passes on: one file
// each, in Chinese and English, without anything loaded from elsewhere. Scripts draw
// charts at most, and what they draw stands in a table as well.
package report

import (
	_ "embed" // the page
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"yiju/analysis/radio"
	"yiju/analysis/radio/survey"
	"yiju/geo"
)

//go:embed radio.html
var radioPage string

// Radio writes a survey of measured levels as an HTML page.
func Radio(w io.Writer, r *survey.Report) error {
	page, err := template.New("radio").Funcs(template.FuncMap{
		"t": bilingual, "both": both, "db": decibels, "signed": signed, "r2": correlation, "n": count, "km": func(m float64) string { return strconv.FormatFloat(m, 'f', 0, 64) },
	}).Parse(radioPage)
	if err != nil {
		return fmt.Errorf("report: radio: %w", err)
	}
	if err := page.Execute(w, newRadioView(r)); err != nil {
		return fmt.Errorf("report: radio: %w", err)
	}
	return nil
}

// both marks up a wording in the two languages; the reader picks one on the page.
func both(zh, en string) template.HTML { return bilingual(geo.T(zh, en)) }

func bilingual(t geo.Text) template.HTML {
	return template.HTML(`<span class="zh" lang="zh">` + template.HTMLEscapeString(t.ZH) + `</span><span class="en" lang="en">` + template.HTMLEscapeString(t.EN) + `</span>`)
}

func decibels(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

func signed(v float64) string {
	if s := decibels(math.Abs(v)); v < 0 && s != "0.0" {
		return "−" + s
	}
	return "+" + decibels(math.Abs(v))
}

func correlation(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// count groups digits by thousands.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// radioView is what the page shows.
type radioView struct {
	*survey.Report
	// Scored are the figures that count: on sites not fitted on where there are any,
	// else of the cross-validation.
	Scored  survey.Figures
	Tested  bool
	Extent  geo.Text // what the figures are of
	Results []survey.Judged
	Left    []survey.Left
	Terms   []bandTerms
	KindsOf []kindRow

	NominalScatter, CalibratedScatter, Medians, ErrorBars, Plan template.HTML
}

// kindRow is the figures of a kind of path.
type kindRow struct {
	Title geo.Text
	survey.Group
}

func newRadioView(r *survey.Report) *radioView {
	v := &radioView{Report: r, Scored: r.Cross, Tested: r.Test != nil}
	if v.Tested {
		v.Scored = *r.Test
	}
	v.Extent = geo.T(
		fmt.Sprintf("共 %s 行实测，采用 %s 行；%d 个小区、%d 个站点，其中 %d 个用于拟合，%d 个用于检验。同一站点的小区总在同一部分。", count(r.Rows), count(r.Used), r.Cells, len(r.Sites), r.FitSites, r.TestSites),
		fmt.Sprintf("%s of %s rows of measurements are used: %d cells at %d sites, %d of them to fit on and %d to test on. The cells of a site are always in the same part.", count(r.Used), count(r.Rows), r.Cells, len(r.Sites), r.FitSites, r.TestSites))
	v.Results = slices.Clone(r.References)
	add := func(id, zh, en string, f survey.Figures) {
		v.Results = append(v.Results, survey.Judged{ID: id, Title: geo.T(zh, en), Figures: f})
	}
	if r.Test != nil {
		add("calibrated", "校准后的预测，未参与拟合的站点", "calibrated prediction, sites not fitted on", *r.Test)
		add("reverse", "同上，两部分站点互换", "the same with the parts exchanged", *r.Reverse)
	}
	add("cross", fmt.Sprintf("交叉验证（%d 份）", len(r.Folds)), fmt.Sprintf("cross-validation (%d folds)", len(r.Folds)), r.Cross)
	add("fit", "校准后的预测，拟合所用站点", "calibrated prediction, sites fitted on", r.Fit)
	for _, l := range r.Left {
		if l.Rows > 0 || l.CellCount > 0 {
			v.Left = append(v.Left, l)
		}
	}
	titles := []geo.Text{geo.T("视距", "free path"), geo.T("被遮挡", "blocked path"), geo.T("室内", "indoors")}
	for i, k := range r.Kinds {
		v.KindsOf = append(v.KindsOf, kindRow{titles[i], k})
	}
	v.Terms = termsOf(&r.Calibration)
	v.NominalScatter, v.CalibratedScatter = scatter(&r.Nominal), scatter(&r.Calibrated)
	v.Medians, v.ErrorBars, v.Plan = medians(r.Distances), errorBars(&r.Errors), plan(r)
	return v
}

// bandTerms are the terms of the calibration of a band.
type bandTerms struct {
	Band string
	Rows []termRow
}

// termRow is a term: what it says, and its figures for free and blocked paths.
type termRow struct {
	Title, Meaning geo.Text
	LOS, NLOS      string
}

func termsOf(c *radio.Calibration) []bandTerms {
	var bands []string
	for band := range c.Bands {
		bands = append(bands, band)
	}
	slices.Sort(bands)
	var out []bandTerms
	for _, band := range bands {
		b := c.Bands[band]
		out = append(out, bandTerms{band, termRows(&b)})
	}
	return out
}

func termRows(b *radio.BandCalibration) []termRow {
	var out []termRow
	add := func(zh, en, meaningZH, meaningEN string, of func(c *radio.ClassCalibration) string) {
		out = append(out, termRow{geo.T(zh, en), geo.T(meaningZH, meaningEN), of(&b.LOS), of(&b.NLOS)})
	}
	add("100 米处路径损耗", "loss at 100 m", "代替 TR 38.901 公式", "in place of the formulas of TR 38.901", law(func(l *radio.DistanceLaw) float64 { return l.At100DB }, " dB"))
	add("距离每增十倍", "per tenfold distance", "遮挡与建筑另计", "buildings count on their own", law(func(l *radio.DistanceLaw) float64 { return l.PerDecadeDB }, " dB"))
	add("水平方向图生效比例", "share of the pattern beside the beam", "主瓣之外靠散射，方向图只部分起作用", "beside the main lobe phones live on scattering, so that the pattern counts in part",
		func(c *radio.ClassCalibration) string { return percent(c.PatternShare) })
	add("距离每增十倍再减", "less per tenfold distance", "越远越靠散射", "the farther, the more is scattered", func(c *radio.ClassCalibration) string { return fmt.Sprintf("%.0f %%", 100*c.PatternFade) })
	add("垂直方向图生效比例", "share of the pattern above and below", "", "", func(c *radio.ClassCalibration) string { return percent(c.TiltShare) })
	add("垂直波束展宽", "vertical beam felt wider", "建筑把波束散开", "buildings scatter the beam", func(c *radio.ClassCalibration) string { return fmt.Sprintf("× %g", c.TiltSpread) })
	add("功率差生效比例", "share of differences of power", "清单常给单端口功率而不给端口数", "lists often give the power of a port and not the number of ports",
		func(c *radio.ClassCalibration) string { return percent(c.PowerShare) })
	add("路径上的建筑", "buildings in the way", "乘 log10(1+栋数)", "times log10(1 + their number)", func(c *radio.ClassCalibration) string { return fmt.Sprintf("−%.1f dB", c.BlockersDB) })
	add("手机周围 50 米全是建筑", "all built on within 50 m of the phone", "", "", func(c *radio.ClassCalibration) string { return fmt.Sprintf("−%.1f dB", c.BuiltDB) })
	add("小区周围 50 米全是建筑", "all built on within 50 m of the cell", "街谷引导时为正", "positive where streets guide the signal", func(c *radio.ClassCalibration) string { return signed(-c.CellBuiltDB) + " dB" })
	add("剩余标准差 σ", "standard deviation that remains", "室外，有检验站点时取自检验站点", "outdoors, of sites not fitted on where there are any", func(c *radio.ClassCalibration) string { return fmt.Sprintf("%.1f dB", c.SigmaDB) })
	out = append(out, termRow{geo.T("室内：墙体损耗生效比例", "indoors: share of the loss of walls"), geo.T(fmt.Sprintf("剩余标准差 %.1f dB", b.Indoor.SigmaDB), fmt.Sprintf("%.1f dB remain", b.Indoor.SigmaDB)), percent(b.Indoor.EntryShare), percent(b.Indoor.EntryShare)})
	return out
}

func law(of func(*radio.DistanceLaw) float64, unit string) func(*radio.ClassCalibration) string {
	return func(c *radio.ClassCalibration) string {
		if c.Loss == nil {
			return "—"
		}
		return strings.TrimSpace(decibels(of(c.Loss)) + unit)
	}
}

func percent(share *float64) string {
	if share == nil {
		return "100 %"
	}
	return fmt.Sprintf("%.0f %%", 100**share)
}
