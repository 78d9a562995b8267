package table

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"yiju/geo"
)

// workbook is what the sheets of an XLSX file share.
type workbook struct {
	name    string
	parts   map[string]*zip.File
	strings []string
	dates   []bool // by style: numbers are shown as dates
	from    epoch
	most    int64 // bytes of a part
}

// xlsx reads the outline of an XLSX file; rows are read from it later.
func (f *File) xlsx(ctx context.Context, body []byte, opts Options) error {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return broken(opts.Name, "XLSX", err)
	}
	w := &workbook{name: opts.Name, most: opts.most, parts: make(map[string]*zip.File, len(z.File))}
	for _, p := range z.File {
		w.parts[strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(p.Name, "\\", "/"), "/"))] = p
	}
	sheets, links, err := w.read(ctx)
	if err != nil {
		return w.failed(err)
	}
	f.Format = "xlsx"
	for _, s := range sheets {
		link := links[s.link]
		if !strings.HasSuffix(link.kind, "/worksheet") || w.parts[strings.ToLower(link.target)] == nil {
			continue // a chart
		}
		f.Sheets = append(f.Sheets, &Sheet{Name: s.name, Hidden: s.hidden, raw: &xmlSheet{w: w, part: link.target, name: s.name}})
	}
	if len(f.Sheets) > MaxSheets {
		return tooLarge(opts.Name, geo.Tf("超过 %d 张工作表", "has more than %d sheets", MaxSheets))
	}
	return nil
}

// read reads what the sheets share, and where they lie.
func (w *workbook) read(ctx context.Context) ([]sheetLine, map[string]link, error) {
	main, err := w.mainPart()
	if err != nil {
		return nil, nil, err
	}
	sheets, err := w.outline(main)
	if err != nil {
		return nil, nil, err
	}
	links, err := w.links(main)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(links)) {
		switch link := links[id]; {
		case strings.HasSuffix(link.kind, "/sharedStrings"):
			err = w.readStrings(ctx, link.target)
		case strings.HasSuffix(link.kind, "/styles"):
			err = w.readStyles(link.target)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return sheets, links, nil
}

func (w *workbook) failed(err error) error {
	if geo.AsFault(err) != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return broken(w.name, "XLSX", err)
}

// mainPart finds the part that lists the sheets.
func (w *workbook) mainPart() (string, error) {
	links, err := w.links("")
	if err != nil {
		return "", w.failed(err)
	}
	for _, id := range slices.Sorted(maps.Keys(links)) {
		if link := links[id]; strings.HasSuffix(link.kind, "/officeDocument") && strings.HasSuffix(link.target, ".xml") {
			return link.target, nil
		}
	}
	saveAs := geo.T("另存为 .xlsx 后再导入", "save it as .xlsx and import that")
	switch {
	case w.parts["xl/workbook.xml"] != nil:
		return "xl/workbook.xml", nil
	case w.parts["xl/workbook.bin"] != nil:
		return "", geo.Refuse(geo.Tf("文件 %s 是二进制工作簿（.xlsb），不能直接读取", "file %s is a binary workbook (.xlsb), which is not read", w.name), saveAs)
	case w.parts["content.xml"] != nil:
		return "", geo.Refuse(geo.Tf("文件 %s 是 OpenDocument 表格（.ods），不能直接读取", "file %s is an OpenDocument table (.ods), which is not read", w.name), saveAs)
	}
	return "", geo.Refuse(geo.Tf("文件 %s 是压缩包，其中没有工作簿", "file %s is an archive without a workbook in it", w.name),
		geo.T("解压后导入其中的表格", "unpack it and import the table in it"))
}

// link leads from one part to another.
type link struct{ kind, target string }

// links reads where a part leads to; "" is the whole file.
func (w *workbook) links(part string) (map[string]link, error) {
	dir, base := path.Split(part)
	out := make(map[string]link)
	err := w.each(dir+"_rels/"+base+".rels", func(_ *xml.Decoder, t xml.StartElement) error {
		if t.Name.Local != "Relationship" || strings.EqualFold(attr(t, "TargetMode"), "External") {
			return nil
		}
		target := attr(t, "Target")
		if !strings.HasPrefix(target, "/") {
			target = dir + target
		}
		out[attr(t, "Id")] = link{attr(t, "Type"), strings.TrimPrefix(path.Clean("/"+target), "/")}
		return nil
	})
	return out, err
}

// sheetLine is a sheet as the workbook lists it.
type sheetLine struct {
	name, link string
	hidden     bool
}

// outline lists the sheets and finds out from when dates count.
func (w *workbook) outline(part string) (out []sheetLine, err error) {
	if w.parts[strings.ToLower(part)] == nil {
		return nil, fmt.Errorf("there is no %s", part)
	}
	err = w.each(part, func(_ *xml.Decoder, t xml.StartElement) error {
		switch t.Name.Local {
		case "workbookPr":
			if v := attr(t, "date1904"); v == "1" || v == "true" {
				w.from = epoch1904
			}
		case "sheet":
			s := sheetLine{name: clean(attr(t, "name")), hidden: attr(t, "state") != "" && attr(t, "state") != "visible"}
			for _, a := range t.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					s.link = a.Value
				}
			}
			out = append(out, s)
		}
		return nil
	})
	return out, err
}

// readStyles finds out which styles show numbers as dates.
func (w *workbook) readStyles(part string) error {
	custom := make(map[string]bool)
	inside := false
	return w.each(part, func(_ *xml.Decoder, t xml.StartElement) error {
		switch t.Name.Local {
		case "numFmt":
			custom[attr(t, "numFmtId")] = showsDate(attr(t, "formatCode"))
		case "cellStyleXfs", "cellStyles", "dxfs":
			inside = false
		case "cellXfs":
			inside = true
		case "xf":
			if inside && len(w.dates) < maxStyles {
				id := attr(t, "numFmtId")
				is, known := custom[id]
				w.dates = append(w.dates, known && is || !known && builtInDate(id))
			}
		}
		return nil
	})
}

// maxStyles is what spreadsheet programs can hold.
const maxStyles = 65_536

// readStrings reads the texts that cells share.
func (w *workbook) readStrings(ctx context.Context, part string) error {
	total := 0
	return w.each(part, func(d *xml.Decoder, t xml.StartElement) error {
		if t.Name.Local != "si" {
			return nil
		}
		text, err := richText(d, "si")
		if err != nil {
			return err
		}
		if total += len(text) + 16; int64(total) > w.most {
			return tooLarge(w.name, geo.Tf("超过 %d MB", "is larger than %d MB", w.most>>20))
		}
		w.strings = append(w.strings, text)
		if len(w.strings)%stopEvery == 0 {
			return ctx.Err()
		}
		return nil
	})
}

// richText joins the runs of a text up to the end of its element; readings beside
// the characters are no part of it.
func richText(d *xml.Decoder, end string) (string, error) {
	var b strings.Builder
	reading, inText := 0, false
	for {
		t, err := d.RawToken()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "rPh":
				reading++
			case "t":
				inText = true
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "rPh":
				reading--
			case "t":
				inText = false
			case end:
				return unescaped(b.String()), nil
			}
		case xml.CharData:
			if inText && reading == 0 {
				b.Write(t)
			}
			if b.Len() > MaxCellBytes {
				return "", errors.New("a text is too long")
			}
		}
	}
}

// unescaped reads _x000D_ and the like, which stand for characters that XML cannot
// hold.
func unescaped(s string) string {
	for from := 0; ; {
		i := strings.Index(s[from:], "_x")
		if i < 0 {
			return s
		}
		i += from
		from = i + 2
		if i+7 > len(s) || s[i+6] != '_' {
			continue
		}
		var r rune
		if _, err := fmt.Sscanf(s[i+2:i+6], "%04x", &r); err == nil {
			s = s[:i] + string(r) + s[i+7:]
			from = i + 1
		}
	}
}

// each calls visit for every element that begins in a part. A part that is not
// there has none.
func (w *workbook) each(part string, visit func(*xml.Decoder, xml.StartElement) error) error {
	p := w.parts[strings.ToLower(part)]
	if p == nil {
		return nil
	}
	in, err := w.open(p)
	if err != nil {
		return err
	}
	defer in.Close()
	d := decoder(in)
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", part, err)
		}
		if start, ok := t.(xml.StartElement); ok {
			if err := visit(d, start); err != nil {
				return fmt.Errorf("%s: %w", part, err)
			}
		}
	}
}

func decoder(r io.Reader) *xml.Decoder {
	d := xml.NewDecoder(r)
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		e, err := htmlindex.Get(label)
		if err != nil {
			return nil, err
		}
		return e.NewDecoder().Reader(in), nil
	}
	return d
}

// open unpacks a part within its bound.
func (w *workbook) open(p *zip.File) (io.ReadCloser, error) {
	in, err := p.Open()
	if err != nil {
		return nil, err
	}
	return &bounded{in: in, left: w.most, most: w.most, name: w.name}, nil
}

// bounded ends a stream that unpacks to more than it may.
type bounded struct {
	in         io.ReadCloser
	left, most int64
	name       string
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.in.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, tooLarge(b.name, geo.Tf("解压后超过 %d MB", "unpacks to more than %d MB", b.most>>20))
	}
	return n, err
}

func (b *bounded) Close() error { return b.in.Close() }

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}
