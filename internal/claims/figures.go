package claims

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// stated reads the columns of figures.
func (b *builder) stated(c *indicator.Claim, r *record, in *indicator.Indicator) error {
	s := indicator.Stated{Unit: r.text(unit)}
	given := false
	for _, f := range []struct {
		as   role
		name geo.Text
		into **float64
	}{
		{value, geo.T("申报值", "value"), &s.Value},
		{numerator, geo.T("分子", "numerator"), &s.Numerator},
		{denominator, geo.T("分母", "denominator"), &s.Denominator},
	} {
		v, of, err := b.figure(r, f.as, f.name)
		if err != nil {
			return err
		}
		if v == nil {
			continue
		}
		given = true
		if of != "" && of != "%" && s.Unit == "" {
			s.Unit = of
		}
		if f.as == value && of != "%" && *v <= 1 && *v >= 0 && s.Unit != "%" && wantsShare(in, c.Part) {
			*v = math.Round(*v*1e10) / 1e8 // a cell that is shown as a percentage holds a fraction
		}
		*f.into = v
	}
	if given {
		if c.Part != 0 {
			s.Requirement = strconv.Itoa(c.Part)
		}
		c.Stated = append(c.Stated, s)
	}
	return nil
}

// wantsShare tells whether the figure of a row is a share.
func wantsShare(in *indicator.Indicator, part int) bool {
	if in == nil {
		return false
	}
	for i := range in.Requirements {
		r := &in.Requirements[i]
		if (part == 0 || r.Part == part) && r.Threshold.Given() {
			return r.Unit == "%" && r.Reads.CountIs == nil
		}
	}
	return false
}

// written is a number with what may stand behind it.
var written = regexp.MustCompile(`^([0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+)\s*([^0-9]{0,8})$`)

// blanks are what people write where there is no figure.
var blanks = []string{"", "-", "--", "—", "——", "/", "\\", "无", "n/a", "na", "不适用", "不涉及", "暂无", "空"}

// figure reads a cell of a column of figures with its unit; nil where it is blank.
func (b *builder) figure(r *record, as role, name geo.Text) (*float64, string, error) {
	text := strings.ToLower(width.Fold.String(r.text(as)))
	for _, w := range blanks {
		if text == w {
			return nil, "", nil
		}
	}
	m := written.FindStringSubmatch(text)
	if m == nil {
		return nil, "", geo.Refuse(at(b.name, r.where, "“%[1]s”一列应为数字，却是“%[2]s”", "column “%[3]s” should hold a number and has “%[2]s”", name.ZH, shorten(r.text(as)), name.EN), geo.T("只写数字，说明写到“完成情况”", "write the number alone; words go into the column of the claim"))
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", ""), 64)
	if err != nil || math.IsInf(v, 0) {
		return nil, "", geo.Refuse(at(b.name, r.where, "数字 %[1]s 过大", "the number %[1]s is too large", shorten(text)))
	}
	return &v, strings.TrimSpace(m[2]), nil
}

// renew gives figures of a row the part that was found for it.
func (b *builder) renew(c *indicator.Claim) {
	for i := range c.Stated {
		if c.Stated[i].Requirement == "" {
			c.Stated[i].Requirement = strconv.Itoa(c.Part)
		}
	}
}

// evidence reads the column of documents: one for each name, for every requirement of
// the row.
func (b *builder) evidence(c *indicator.Claim, r *record, in *indicator.Indicator) {
	if in == nil {
		return
	}
	names := strings.FieldsFunc(r.text(evidence), func(r rune) bool { return strings.ContainsRune("\n;；、", r) })
	for _, name := range names {
		name = oneLine(name)
		if name == "" || isBlank(name) {
			continue
		}
		for i := range in.Requirements {
			q := &in.Requirements[i]
			if c.Part != 0 && q.Part != c.Part || c.Level != "" && q.Level != c.Level {
				continue
			}
			e := indicator.Evidence{
				ID: "claims-" + q.ID + "-" + strconv.Itoa(len(c.Evidence)+1), Standard: b.profile.Standard, Requirement: q.ID,
				Kind: indicator.Document, Title: name, Date: dateIn(r.text(date)), Author: r.text(author),
			}
			if e.Date == "" {
				e.Date = r.text(date)
			}
			c.Evidence = append(c.Evidence, e)
		}
	}
}

func isBlank(s string) bool {
	s = strings.ToLower(width.Fold.String(s))
	for _, w := range blanks {
		if s == w {
			return true
		}
	}
	return false
}
