package claims

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"yiju/analysis/indicator"
	"yiju/data/table"
	"yiju/geo"
)

// errNoTable is behind the refusal of a file in which no columns of claims are found.
var errNoTable = errors.New("no columns of claims")

// unreadable tells whether a file may still be a text that is no table.
func unreadable(err error) bool { return errors.Is(err, errNoTable) }

// sheets reads a spreadsheet or a text table: the first sheet that has the columns.
func (in *reading) sheets(ctx context.Context, body []byte) (*indicator.Claims, error) {
	file, err := table.Read(ctx, bytes.NewReader(body), table.Options{Name: in.name, Known: known, Most: maxUnpacked})
	if err != nil {
		return nil, err
	}
	var seen []string
	for _, s := range file.Sheets {
		names := make([]string, len(s.Columns))
		for i, c := range s.Columns {
			names[i] = c.Name
		}
		l := layoutOf(names)
		if !l.usable() {
			seen = append(seen, names...)
			continue
		}
		records, err := in.records(ctx, s, &l, file.Format != "csv")
		if err != nil {
			return nil, err
		}
		if len(records) == 0 && len(file.Sheets) > 1 {
			continue
		}
		return in.build(records, s.Titles, &l)
	}
	return nil, in.noColumns(seen)
}

func (in *reading) noColumns(names []string) error {
	const shown = 8
	var list []string
	for _, n := range names {
		if len([]rune(n)) <= 20 && len(list) < shown {
			list = append(list, n)
		}
	}
	what := geo.Tf("文件 %s 中没有申报内容一列（如“完成情况”“自评情况”“申报值”），或没有“序号”“指标名称”", "file %s has no column of claims (such as 完成情况 or “claim”), or none of numbers or names of indicators", in.name)
	if len(list) > 0 {
		what = geo.T(what.ZH+"；有的列："+strings.Join(list, "、"), what.EN+"; its columns: "+strings.Join(list, ", "))
	}
	return geo.Refuse(what, geo.T("表头写成：一级指标、序号、二级指标、标准要求、完成情况", "name the columns 序号 (number), 二级指标 (title), 标准要求 (requirement), 完成情况 (claim)")).Because(errNoTable)
}

// cell is a value of a row with what kind it was.
type cell struct {
	text    string
	numeric bool // a number of a spreadsheet
}

// record is a row of any format.
type record struct {
	where string
	cells map[role]cell
}

func (r *record) text(as role) string { return strings.TrimSpace(r.cells[as].text) }

// records reads the rows of a sheet.
func (in *reading) records(ctx context.Context, s *table.Sheet, l *layout, book bool) ([]record, error) {
	var out []record
	for row, err := range s.Rows(ctx) {
		if err != nil {
			return nil, err
		}
		r := record{where: fmt.Sprintf("row %d", row.Number), cells: make(map[role]cell)}
		if book {
			r.where = s.Name + " " + r.where
		}
		for i, c := range row.Cells {
			if i >= len(l.roles) || l.roles[i] == none || c.Kind == table.Blank {
				continue
			}
			if c.Kind == table.Broken {
				return nil, geo.Refuse(at(in.name, r.where, "“%[1]s”的公式出错（%[2]s）", "the formula of %[1]s failed (%[2]s)", s.Columns[i].Name, c.Text),
					geo.T("改正公式或填入数值", "mend the formula or write the value"))
			}
			r.cells[l.roles[i]] = cell{text: c.Text, numeric: c.Kind == table.Number}
		}
		if row.Beyond > 0 && !book {
			return nil, geo.Refuse(geo.Tf("文件 %[1]s 第 %[2]d 行多出 %[3]d 格，文字中可能有未加引号的分隔符", "row %[2]d of file %[1]s has %[3]d cells too many; a separator may stand in a text without quotes", in.name, row.Number, row.Beyond),
				geo.T("给该格文字加上引号，或另存为 .xlsx", "put the text in quotes, or save the file as .xlsx"))
		}
		if out = append(out, r); len(out) > MaxRows {
			return nil, in.tooManyRows()
		}
	}
	return out, nil
}

func (in *reading) tooManyRows() error {
	return geo.Refuse(geo.Tf("文件 %s 超过 %d 行，不像申报表", "file %s has more than %d rows and is hardly a table of claims", in.name, MaxRows),
		geo.T("检查是否选错了文件", "check that it is the file you mean"))
}
