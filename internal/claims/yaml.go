package claims

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/audit"
	"yiju/geo"
)

// yamlFile is the form of a YAML or JSON file: indicator.Claims, with the requirement
// of evidence and figures by its id or the number of its part.
//
//	title: 山东省智慧社区建设指标（成长型）
//	applicant: 某某社区
//	tier: growth            # or 成长型
//	date: 2024-08-01
//	rows:
//	  - number: 5
//	    title: 智能照明设施
//	    requirement: 智能照明设施安装率达到80%
//	    text: 达标。安装率85%，智能灯85盏，共109盏。
//	    verdict: 达标         # where it does not stand in the text
//	    stated: [{value: 85, numerator: 85, denominator: 109, unit: 盏}]
//	    evidence: [{title: 照明台账, file: lamps.xlsx, date: 2024-07-01, author: 物业公司}]
type yamlFile struct {
	File      string    `yaml:"file"`
	SHA256    string    `yaml:"sha256"`
	Title     string    `yaml:"title"`
	Applicant string    `yaml:"applicant"`
	Standard  string    `yaml:"standard"`
	Tier      string    `yaml:"tier"`
	Date      string    `yaml:"date"`
	Rows      []yamlRow `yaml:"rows"`
}

type yamlRow struct {
	Where       string         `yaml:"where"`
	Number      int            `yaml:"number"`
	Part        int            `yaml:"part"`
	Level       string         `yaml:"level"`
	Group       string         `yaml:"group"`
	Title       string         `yaml:"title"`
	Definition  string         `yaml:"definition"`
	Requirement string         `yaml:"requirement"`
	Text        string         `yaml:"text"`
	Verdict     string         `yaml:"verdict"`
	Stated      []yamlStated   `yaml:"stated"`
	Evidence    []yamlEvidence `yaml:"evidence"`
}

type yamlStated struct {
	Requirement string   `yaml:"requirement"`
	Value       *float64 `yaml:"value"`
	Numerator   *float64 `yaml:"numerator"`
	Denominator *float64 `yaml:"denominator"`
	Unit        string   `yaml:"unit"`
}

type yamlEvidence struct {
	ID          string   `yaml:"id"`
	Standard    string   `yaml:"standard"`
	Requirement string   `yaml:"requirement"`
	Kind        string   `yaml:"kind"`
	Title       string   `yaml:"title"`
	File        string   `yaml:"file"`
	Date        string   `yaml:"date"`
	Author      string   `yaml:"author"`
	Reason      string   `yaml:"reason"`
	Value       *float64 `yaml:"value"`
}

var (
	yamlRows = regexp.MustCompile(`(?m)^rows\s*:`)
	jsonRows = regexp.MustCompile(`"rows"\s*:`)
)

// isYAML tells whether a text has the key of the rows.
func isYAML(text []byte) bool {
	trimmed := bytes.TrimSpace(text)
	return yamlRows.Match(text) || bytes.HasPrefix(trimmed, []byte("{")) && jsonRows.Match(trimmed)
}

// yaml reads a YAML or JSON file.
func (in *reading) yaml(text []byte) (*indicator.Claims, error) {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	var f yamlFile
	if err := d.Decode(&f); err != nil {
		return nil, in.notYAML(err)
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, geo.Refuse(geo.Tf("文件 %s 含有多个 YAML 文档", "file %s holds more than one YAML document", in.name))
	}
	if len(f.Rows) > MaxRows {
		return nil, in.tooManyRows()
	}
	c := &indicator.Claims{Title: f.Title, Applicant: f.Applicant, Standard: f.Standard, Date: f.Date, Tier: f.Tier}
	if !slices.ContainsFunc(in.profiles(), func(p indicator.Profile) bool { return p.Standard == c.Standard }) {
		if c.Standard = in.standardIn(f.Standard); c.Standard == "" {
			c.Standard = in.standardIn(f.Title)
		}
	}
	if tier := in.tierIn(f.Title); c.Tier == "" {
		c.Tier = tier
	} else if tier := in.tierIn(f.Tier); tier != "" {
		c.Tier = tier
	}
	said := 0
	for i := range f.Rows {
		row, err := in.yamlRow(&f.Rows[i], i)
		if err != nil {
			return nil, err
		}
		if row.Text != "" || row.Verdict != "" || len(row.Stated) > 0 {
			said++
		}
		c.Rows = append(c.Rows, row)
	}
	if err := in.accept(c, said); err != nil {
		return nil, err
	}
	return c, nil
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

func (in *reading) notYAML(err error) error {
	at := geo.Text{}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		at = geo.T(" 第 "+m[1]+" 行", " line "+m[1])
	}
	detail := shortenTo(strings.TrimPrefix(oneLine(err.Error()), "yaml: "), 160)
	return geo.Refuse(geo.T("文件 "+in.name+at.ZH+"：YAML 有误（"+detail+"）", "file "+in.name+at.EN+": this YAML does not fit ("+detail+")"),
		geo.T("键为 title、applicant、tier、date、rows；每行为 number、title、requirement、text、verdict、stated、evidence", "keys are title, applicant, tier, date, rows; of a row: number, title, requirement, text, verdict, stated, evidence")).Because(err)
}

func shortenTo(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

func (in *reading) yamlRow(r *yamlRow, i int) (indicator.Claim, error) {
	c := indicator.Claim{
		Where: r.Where, Number: r.Number, Part: r.Part, Level: in.levelOf(r.Level), Group: r.Group, Title: oneLine(r.Title), Definition: strings.TrimSpace(r.Definition),
		Requirement: strings.TrimSpace(r.Requirement), Text: strings.TrimSpace(r.Text), Verdict: strings.TrimSpace(r.Verdict),
	}
	if c.Where == "" {
		c.Where = fmt.Sprintf("row %d", i+1)
	}
	if c.Number < 0 || c.Part < 0 || c.Number == 0 && c.Title == "" {
		return c, geo.Refuse(at(in.name, c.Where, "缺少 number 和 title", "number and title are missing"))
	}
	for _, s := range r.Stated {
		for _, v := range []*float64{s.Value, s.Numerator, s.Denominator} {
			if v != nil && (math.IsNaN(*v) || math.IsInf(*v, 0) || *v < 0) {
				return c, geo.Refuse(at(in.name, c.Where, "stated 中的 %[1]g 不是可用的数字", "%[1]g under stated is no number to count with", *v))
			}
		}
		c.Stated = append(c.Stated, indicator.Stated(s))
	}
	item, _ := audit.Match(in.profile, c.Number, c.Title)
	for k, e := range r.Evidence {
		out, err := in.yamlEvidence(&e, item, &c, k)
		if err != nil {
			return c, err
		}
		c.Evidence = append(c.Evidence, out...)
	}
	return c, nil
}

// yamlEvidence gives a document to the requirement that it names, or to all of the row.
func (in *reading) yamlEvidence(e *yamlEvidence, item *indicator.Indicator, c *indicator.Claim, k int) ([]indicator.Evidence, error) {
	if e.Kind != "" && e.Kind != string(indicator.Document) {
		return nil, geo.Refuse(at(in.name, c.Where, "申报表只能附材料（document），不能写 %[1]s", "an applicant brings documents (document), not %[1]s", shorten(e.Kind)))
	}
	if item == nil {
		return nil, nil
	}
	var out []indicator.Evidence
	for i := range item.Requirements {
		q := &item.Requirements[i]
		if e.Requirement != "" && e.Requirement != q.ID && e.Requirement != strconv.Itoa(q.Part) || c.Part != 0 && q.Part != c.Part || c.Level != "" && q.Level != c.Level {
			continue
		}
		id := e.ID
		if id == "" {
			id = "claims-" + q.ID + "-" + strconv.Itoa(k+1)
		}
		out = append(out, indicator.Evidence{ID: id, Standard: in.profile.Standard, Requirement: q.ID, Kind: indicator.Document, Title: e.Title, File: e.File, Date: e.Date, Author: e.Author, Value: e.Value})
	}
	if len(out) == 0 && e.Requirement != "" {
		return nil, geo.Refuse(at(in.name, c.Where, "没有要求 %[1]s", "there is no requirement %[1]s", shorten(e.Requirement)))
	}
	return out, nil
}
