// Package claims reads what an applicant reports on the indicators of a standard: a
// spreadsheet (XLSX, XLS), a text table (CSV, tabs) in any usual encoding, YAML or
// JSON in the form of indicator.Claims, or the text of a published table pasted as it
// is, with its tabs or without. What a file is, its content decides.
//
// Columns are found by their names, in any order. A file in which something cannot be
// read, or which is the table of another standard, is refused whole with a
// *geo.Fault that names the place. What is readable and wrong is for package audit.
package claims

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"unicode/utf8"

	"yiju/analysis/indicator"
	"yiju/data/table"
	"yiju/geo"
)

// Bounds of a file. The table of the longest standard has a tenth of them.
const (
	MaxBytes     = 16 << 20 // with the pictures of a spreadsheet
	maxUnpacked  = 64 << 20 // of one part of a spreadsheet
	MaxRows      = 2000
	MaxCellRunes = 8000
	MaxRunes     = 500_000 // of all cells together
)

// reading is one file being read.
type reading struct {
	name    string
	profile *indicator.Profile
	// others are profiles that the file may be meant for instead.
	others []indicator.Profile
}

// Read reads the claims of a file under a profile. Others are profiles of other tiers
// and standards, by which a table that is not of this standard is named. The text of
// every row is kept as it stands in the file. Errors for people are *geo.Fault.
func Read(ctx context.Context, name string, r io.Reader, p *indicator.Profile, others ...indicator.Profile) (*indicator.Claims, error) {
	body, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("claims.Read %s: %w", name, err)
	}
	in := &reading{name: name, profile: p, others: others}
	switch {
	case len(body) > MaxBytes:
		return nil, geo.Refuse(geo.Tf("文件 %s 超过 %d MB，不像申报表", "file %s is larger than %d MB and hardly a table of claims", name, MaxBytes>>20),
			geo.T("检查是否选错了文件", "check that it is the file you mean"))
	case len(bytes.TrimSpace(body)) == 0:
		return nil, geo.Refuse(geo.Tf("文件 %s 是空的", "file %s is empty", name), geo.T("重新导出该文件", "export the file again"))
	}
	c, err := in.read(ctx, body)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	c.File, c.SHA256 = name, hex.EncodeToString(sum[:])
	return c, nil
}

func (in *reading) read(ctx context.Context, body []byte) (*indicator.Claims, error) {
	if binary(body) {
		return in.sheets(ctx, body)
	}
	text, _, err := table.Decode(body, table.Options{Name: in.name, Known: known})
	if err != nil {
		return nil, err
	}
	text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	switch {
	case !utf8.Valid(text):
		return nil, geo.Refuse(geo.Tf("文件 %s 不是文字", "file %s is no text", in.name))
	case isYAML(text):
		return in.yaml(text)
	}
	lines := linesOf(string(text))
	if at, names := pastedHeader(lines); at >= 0 {
		return in.pasted(lines, at, names)
	}
	c, err := in.sheets(ctx, body)
	if err == nil || !unreadable(err) {
		return c, err
	}
	if c, found, err := in.loose(lines); found {
		return c, err
	}
	return nil, err
}

// binary tells of spreadsheets and of packed files.
func binary(body []byte) bool {
	for _, magic := range []string{"PK\x03\x04", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "\x1f\x8b"} {
		if bytes.HasPrefix(body, []byte(magic)) {
			return true
		}
	}
	return false
}
