package report

import (
	_ "embed" // the page
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"regexp"

	"github.com/paulmach/orb"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/wording"
	"yiju/geo"
)

// JudgementPage is what the report of a judgement is made from.
type JudgementPage struct {
	Judgement *indicator.Judgement
	// Pictures by the id of the requirement that they show.
	Pictures map[string]Picture
	// Script is the charting library (echarts.min.js), written into the page; empty
	// leaves the charts to the tables with bars that are there in any case.
	Script []byte
	// MapURL is the address of the web map, such as http://127.0.0.1:8080/; empty for
	// no links to it. What stands behind its # stays in the links.
	MapURL string
	// LayerTitles words the names of layers that no schema of the product declares, such
	// as those of results; a name that is not in it is shown as it is.
	LayerTitles map[string]geo.Text
	// Lang is the language that the page opens in: "zh" or, for anything else but
	// empty, English.
	Lang string
}

// Picture is a small map.
type Picture struct {
	// Community is its outline, in metres like the layers.
	Community orb.Geometry
	// Layers are drawn in order, those of a higher number on top.
	Layers []PictureLayer
}

// PictureLayer is what is drawn in one manner.
type PictureLayer struct {
	Title geo.Text
	Role  PictureRole
	// Attribute colours the features of a layer of role DrawResult by their value,
	// a number or a text; empty draws all alike. Features without it are unknown.
	Attribute string
	// Unit is that of a number, Words are for texts that have a wording; both may be empty.
	Unit  string
	Words map[string]geo.Text
	// Features in metres of one working CRS.
	Features []geo.Feature
}

// PictureRole says how a layer of a picture is drawn.
type PictureRole string

// The roles.
const (
	DrawGround   PictureRole = "ground"
	DrawBuilding PictureRole = "building"
	DrawWay      PictureRole = "way"
	DrawResult   PictureRole = "result"
	DrawMade     PictureRole = "made"
	DrawFailed   PictureRole = "failed"
	DrawUnknown  PictureRole = "unknown"
)

//go:embed judgement.html
var judgementPage string

// JudgementHTML writes a judgement as one page that opens anywhere, in both languages,
// with its pictures and charts inside.
func JudgementHTML(w io.Writer, page JudgementPage) error {
	tmpl, err := template.New("judgement").Funcs(template.FuncMap{
		"t": say, "both": both, "n": count, "chip": chip, "sign": verdictSign, "plural": wording.Plural, "place": wording.Place, "swatch": swatch, "severity": func(s indicator.Severity) template.HTML { return say(severityTitle(s)) }, "inline": inlineScript,
	}).Parse(judgementPage)
	if err != nil {
		return fmt.Errorf("report: judgement: %w", err)
	}
	view, err := newJudgementView(&page)
	if err != nil {
		return err
	}
	if err := tmpl.Execute(w, view); err != nil {
		return fmt.Errorf("report: judgement: %w", err)
	}
	return nil
}

// JudgementJSON writes a judgement as it is, indented.
func JudgementJSON(w io.Writer, j *indicator.Judgement) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(j); err != nil {
		return fmt.Errorf("report: judgement: %w", err)
	}
	return nil
}

var errNoJudgement = errors.New("report: there is no judgement")

// endOfScript are the letters that would end the element, or begin what hides its end.
var endOfScript = regexp.MustCompile(`(?i)<(/script|!--)`)

// inlineScript makes a script fit to stand in a page: in texts and patterns of the
// script, where alone these letters may be, the backslash changes nothing.
func inlineScript(script []byte) template.JS {
	return template.JS(endOfScript.ReplaceAll(script, []byte(`<\$1`)))
}

// say marks up a wording in the two languages, or the one wording where both are the same.
func say(t geo.Text) template.HTML {
	switch {
	case t.ZH == "":
		t.ZH = t.EN
	case t.EN == "":
		t.EN = t.ZH
	}
	if t.ZH == t.EN {
		return template.HTML(template.HTMLEscapeString(t.ZH))
	}
	return bilingual(t)
}

// chip marks a verdict: its sign, its word, its colour.
func chip(v indicator.Verdict) template.HTML {
	return template.HTML(fmt.Sprintf(`<span class="chip %s"><i aria-hidden="true">%s</i> %s</span>`, template.HTMLEscapeString(string(v)), verdictSign(v), say(v.Title())))
}
