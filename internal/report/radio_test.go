package report

import (
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/analysis/radio"
	"yiju/analysis/radio/survey"
	"yiju/geo"
)

func figures(rows int, rmse, r float64) survey.Figures {
	return survey.Figures{Rows: rows, BiasDB: -1.25, SigmaDB: 8.44, RMSEDB: rmse, Correlation: r, MeasuredSDDB: 9.61, MeasuredDBm: -88, PredictedDBm: -89.25}
}

func example() *survey.Report {
	random := rand.New(rand.NewPCG(1, 1))
	share := 0.25
	class := radio.ClassCalibration{Loss: &radio.DistanceLaw{At100DB: 107.5, PerDecadeDB: 12.25}, PatternShare: &share, PatternFade: 0.1, TiltSpread: 2, BlockersDB: 9, CellBuiltDB: -6, SigmaDB: 7.9}
	test, reverse := figures(1234567, 8.53, 0.456), figures(1200000, 8.61, 0.44)
	r := &survey.Report{
		Rows: 3000000, Used: 2434567, Cells: 3, FitSites: 1, TestSites: 1, Test: &test, Reverse: &reverse, Fit: figures(10, 8, 0.5), Cross: figures(20, 8.7, 0.43),
		Left:       []survey.Left{{Reason: "too_far", Text: geo.T("太远", "too far"), Rows: 565433}, {Reason: "no_cell", Text: geo.T("无", "none")}},
		Sites:      []survey.Site{{ID: "甲<script>", At: orb.Point{0, 0}, Rows: 10}, {ID: "b&c", At: orb.Point{900, 1200}, Rows: 1000}},
		References: []survey.Judged{{ID: "nominal", Title: geo.T("未校准", "nominal"), Figures: figures(5, 20, 0.2)}},
		Folds:      []survey.Figures{{}, {}},
		Calibration: radio.Calibration{ID: "x", Title: geo.T("标题", "a title"), Source: geo.T("来源", "a source"),
			Bands: map[string]radio.BandCalibration{"n41": {LOS: class, NLOS: class}, "": {}}},
		Notes: []analysis.Note{{Code: "x", Text: geo.T("注意<b>", "mind <b>"), IDs: []string{"c1", "c2"}, Count: 5}},
		Kinds: []survey.Group{{ID: "los"}, {ID: "nlos"}, {ID: "indoor"}},
	}
	for i, id := range []string{"甲<script>", "b&c"} {
		r.BySite = append(r.BySite, survey.Group{ID: id, Test: i == 1, Calibrated: figures(10+1000*i, 8, 0.3)})
	}
	r.ByBand = []survey.Group{{ID: "", Calibrated: figures(3, 8, 0.3)}}
	for i := range 4 {
		from := 100 * float64(i)
		r.Distances = append(r.Distances, survey.DistanceStep{FromM: from, ToM: from + 100, Rows: 1000, Measured: -80 - from/50, LowMeasured: -95, HiMeasured: -70, Nominal: -70 - from/5, Calibrated: -81 - from/50})
	}
	for range 3000 {
		x, y := random.IntN(len(r.Nominal.Counts)), random.IntN(len(r.Nominal.Counts))
		r.Nominal.Counts[y][x]++
		r.Calibrated.Counts[x][y]++
		r.Errors.Counts[random.IntN(len(r.Errors.Counts))]++
	}
	return r
}

// The page holds the figures in both languages, loads nothing, runs nothing, and its
// pictures are sound.
func TestRadioPage(t *testing.T) {
	var b strings.Builder
	if err := Radio(&b, example()); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{"8.5 dB", "0.46", "−1.2 dB", "1,234,567", "565,433", "107.5 dB", "12.2 dB", "25 %", "× 2", "&#43;6.0 dB", "(c1, c2 …)",
		"未参与拟合的站点", "sites not fitted on", "甲&lt;script&gt;", "b&amp;c", "注意&lt;b&gt;", "太远", "其他频段"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	for _, bad := range []string{"<script", "src=", "href=", "url(", "@import", "<b>\"", "NaN", "Inf", "%!", "&lt;span", "ZgotmplZ"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if zh, en := strings.Count(page, `class="zh"`), strings.Count(page, `class="en"`); zh != en || zh < 50 {
		t.Errorf("%d texts in Chinese, %d in English", zh, en)
	}
	pictures := regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(page, -1)
	if len(pictures) != 5 {
		t.Errorf("%d pictures", len(pictures))
	}
	for _, svg := range pictures {
		d := xml.NewDecoder(strings.NewReader(svg))
		for {
			_, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%v in %.200s", err, svg)
			}
		}
	}
	// A report without a test part or anything to draw is a page all the same.
	empty := &survey.Report{Calibration: radio.Calibration{Bands: map[string]radio.BandCalibration{"": {}}}}
	b.Reset()
	if err := Radio(&b, empty); err != nil || strings.Contains(b.String(), "NaN") {
		t.Errorf("empty: %v", err)
	}
}
