package claims

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/text/width"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// pastedHeader finds the names of the columns in a text in which every cell begins a
// line with a tab: the index of the line of the first, and the names; -1 where the
// text is not of this form.
func pastedHeader(lines []string) (int, []string) {
	for i := range lines {
		var names []string
		for j := i; j < len(lines) && strings.HasPrefix(lines[j], "\t"); j++ {
			name := strings.TrimSpace(lines[j])
			// The lines of a name may be split: 指标, 性质.
			for j+1 < len(lines) && lines[j+1] != "" && !strings.HasPrefix(lines[j+1], "\t") && strings.TrimSpace(lines[j+1]) != "" {
				j++
				name += strings.TrimSpace(lines[j])
			}
			if strings.Contains(name, "\t") || name == "" {
				names = nil
				break
			}
			names = append(names, name)
		}
		if l := layoutOf(names); len(names) >= 3 && l.usable() {
			return i, names
		}
	}
	return -1, nil
}

// pasted reads a text in which a cell begins with a tab, its further lines without
// one, and an empty line ends a row.
func (in *reading) pasted(lines []string, at int, names []string) (*indicator.Claims, error) {
	l := layoutOf(names)
	var records []record
	i := at
	for i < len(lines) && strings.TrimSpace(lines[i]) != "" || i == at {
		i++ // the names
	}
	for i < len(lines) {
		if strings.TrimSpace(lines[i]) == "" && !strings.HasPrefix(lines[i], "\t") {
			i++
			continue
		}
		start := i
		text, next := rowText(lines, i)
		i = next
		cells := strings.Split(text, "\t")[1:]
		r, err := in.pastedRow(cells, &l, start+1)
		if err != nil {
			return nil, err
		}
		if r == nil {
			continue
		}
		if records = append(records, *r); len(records) > MaxRows {
			return nil, in.tooManyRows()
		}
	}
	return in.build(records, lines[:at], &l)
}

// rowText joins the lines of a row; an empty line that no new cell follows stands
// inside of a cell.
func rowText(lines []string, i int) (string, int) {
	var b strings.Builder
	for i < len(lines) {
		if strings.TrimSpace(lines[i]) == "" && !strings.HasPrefix(lines[i], "\t") {
			next := i
			for next < len(lines) && strings.TrimSpace(lines[next]) == "" && !strings.HasPrefix(lines[next], "\t") {
				next++
			}
			if next >= len(lines) || strings.HasPrefix(lines[next], "\t") || b.Len() == 0 {
				return b.String(), next
			}
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(lines[i])
		i++
	}
	return b.String(), i
}

// pastedRow puts the cells of a row under their columns; nil for a row of nothing.
func (in *reading) pastedRow(cells []string, l *layout, line int) (*record, error) {
	for i := range cells {
		cells[i] = strings.TrimSpace(noise.ReplaceAllString(cells[i], ""))
	}
	if len(cells) == len(l.roles)-1 && l.roles[0] == group && l.roles[1] == number && isNumber(cells[0]) {
		cells = append([]string{""}, cells...) // the merged cell of the group left no trace
	}
	for len(cells) > len(l.roles) && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) > len(l.roles) {
		return nil, geo.Refuse(geo.Tf("文件 %[1]s 第 %[2]d 行起的一行有 %[3]d 格，表头只有 %[4]d 列", "the row that begins in line %[2]d of file %[1]s has %[3]d cells, the table %[4]d columns", in.name, line, len(cells), len(l.roles)),
			geo.T("检查该行中多余的制表符", "look for a tab too many in it"))
	}
	r := &record{where: fmt.Sprintf("line %d", line), cells: make(map[role]cell)}
	for i, text := range cells {
		if l.roles[i] == number && known(text) {
			return nil, nil // the names again, as printed pages have them
		}
		if l.roles[i] != none && text != "" {
			r.cells[l.roles[i]] = cell{text: text}
		}
	}
	if len(r.cells) == 0 {
		return nil, nil
	}
	return r, nil
}

var wholeNumber = regexp.MustCompile(`^\d{1,3}[.、]?$`)

func isNumber(s string) bool { return wholeNumber.MatchString(width.Fold.String(strings.TrimSpace(s))) }
