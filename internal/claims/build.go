package claims

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/audit"
	"yiju/geo"
)

// builder makes claims of records.
type builder struct {
	*reading
	out indicator.Claims
	// said is how many rows claim anything.
	said int
}

// build makes claims of the records of a table, and refuses tables of another standard.
func (in *reading) build(records []record, titles []string, l *layout) (*indicator.Claims, error) {
	b := &builder{reading: in}
	in.entitle(&b.out, titles)
	if l.applicant != "" {
		b.out.Applicant = l.applicant
	}
	for i := range records {
		if err := b.add(&records[i]); err != nil {
			return nil, err
		}
	}
	b.parts()
	if err := in.accept(&b.out, b.said); err != nil {
		return nil, err
	}
	return &b.out, nil
}

// add makes a claim of a record. Rows that say nothing of an indicator, such as
// headings of groups, are left out.
func (b *builder) add(r *record) error {
	c := indicator.Claim{
		Where: r.where, Group: squeezed(r.text(group)), Title: oneLine(r.text(title)), Definition: r.text(definition), Requirement: r.text(requirement),
		Text: r.text(claim), Verdict: r.text(verdict), Level: b.levelOf(r.text(level)),
	}
	if n := r.text(note); n != "" {
		c.Text = strings.TrimSpace(c.Text + "\n" + n)
	}
	if err := b.number(&c, r); err != nil {
		return err
	}
	if !b.continues(&c) {
		return nil
	}
	in, _ := audit.Match(b.profile, c.Number, c.Title)
	if err := b.stated(&c, r, in); err != nil {
		return err
	}
	if c.Text != "" || c.Verdict != "" || len(c.Stated) > 0 {
		b.said++
	}
	b.evidence(&c, r, in)
	b.out.Rows = append(b.out.Rows, c)
	return nil
}

// continues gives a row without number and title those of the row above it; false
// for rows that are of no indicator.
func (b *builder) continues(c *indicator.Claim) bool {
	if c.Number != 0 || c.Title != "" {
		return c.Title != "" || c.Requirement != "" || c.Text != "" || c.Verdict != ""
	}
	if len(b.out.Rows) == 0 || c.Requirement == "" && c.Level == "" || c.Text == "" && c.Requirement == "" {
		return false
	}
	last := &b.out.Rows[len(b.out.Rows)-1]
	c.Number, c.Title, c.Group = last.Number, last.Title, last.Group
	return true
}

// numbers are the ways in which the number of an indicator is written: 4, 4., 第4项, 4.1.
var numbers = regexp.MustCompile(`^(?:第|no\.?)?\s*(\d{1,4})\s*(?:[.\-]\s*(\d{1,2}))?[a-z]?\s*(?:[.、)]|项|条)?$`)

func (b *builder) number(c *indicator.Claim, r *record) error {
	text := strings.ToLower(width.Fold.String(r.text(number)))
	if text == "" {
		return nil
	}
	m := numbers.FindStringSubmatch(text)
	if m == nil {
		if c.Title == "" && c.Text == "" {
			return nil // a heading or a remark
		}
		return geo.Refuse(at(b.name, r.where, "序号“%[1]s”不是数字", "the number “%[1]s” is none", shorten(r.text(number))),
			geo.T("写成标准中的序号，例如 4", "write the number that the standard has, such as 4"))
	}
	c.Number, _ = strconv.Atoi(m[1])
	if m[2] != "" {
		c.Part, _ = strconv.Atoi(m[2])
		if c.Part == 0 { // 4.0 of a spreadsheet
			return nil
		}
	}
	return nil
}

// levelOf is the id of a level by its name; the name where the profile has none such.
func (in *reading) levelOf(name string) string {
	for _, l := range in.profile.Levels {
		if n := squeezed(name); n != "" && (n == l.Title.ZH || strings.EqualFold(n, l.Title.EN) || n == l.ID || n+"性" == l.Title.ZH) {
			return l.ID
		}
	}
	return squeezed(name)
}

// parts numbers rows that hold the sentences of one requirement cell one by one. Rows
// that share one claim are put together.
func (b *builder) parts() {
	rows := b.out.Rows
	var out []indicator.Claim
	for i := 0; i < len(rows); {
		end := i + 1
		for end < len(rows) && sentence(&rows[i], &rows[end]) {
			end++
		}
		list := rows[i:end]
		i = end
		if len(list) == 1 || !b.hasParts(&list[0], len(list)) {
			out = append(out, list...)
			continue
		}
		for k := range list {
			list[k].Part = k + 1
			b.renew(&list[k])
		}
		out = append(out, merged(list)...)
	}
	b.out.Rows = out
}

// sentence tells whether a row goes on with the requirement of another.
func sentence(first, next *indicator.Claim) bool {
	return next.Number == first.Number && next.Title == first.Title && next.Part == 0 && first.Part == 0 && next.Level == first.Level &&
		next.Requirement != "" && first.Requirement != "" && next.Requirement != first.Requirement
}

// hasParts tells whether the indicator has as many sentences.
func (b *builder) hasParts(c *indicator.Claim, n int) bool {
	in, _ := audit.Match(b.profile, c.Number, c.Title)
	if in == nil {
		return false
	}
	most := 0
	for i := range in.Requirements {
		most = max(most, in.Requirements[i].Part)
	}
	return most == n
}

// merged makes one row of rows that say the same.
func merged(list []indicator.Claim) []indicator.Claim {
	var asked []string
	for i := range list {
		if list[i].Text != list[0].Text || len(list[i].Stated) > 0 {
			return list
		}
		mark := strconv.Itoa(i+1) + "."
		text := list[i].Requirement
		if !strings.HasPrefix(width.Fold.String(text), strconv.Itoa(i+1)) {
			text = mark + text
		}
		asked = append(asked, text)
	}
	one := list[0]
	one.Part, one.Requirement = 0, strings.Join(asked, "\n")
	return []indicator.Claim{one}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// squeezed takes all spaces out of a name that lines may have split.
func squeezed(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return oneLine(s)
	}
	return strings.Join(strings.Fields(s), "")
}

// shorten cuts a text for a message.
func shorten(s string) string {
	const longest = 24
	if r := []rune(oneLine(s)); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return oneLine(s)
}
