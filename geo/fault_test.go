package geo_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"yiju/geo"
)

func TestFaultSpeaksToTheUser(t *testing.T) {
	fault := geo.Refuse(geo.Tf("文件 %s 第 %d 行没有坐标", "file %s has no coordinate in line %d", "a.csv", 7),
		geo.T("补上 lon 和 lat 列", "add the columns lon and lat"),
		geo.T("用 --skip-empty 跳过", "skip such lines with --skip-empty")).Because(io.ErrUnexpectedEOF)
	for lang, want := range map[string]string{
		"zh": "文件 a.csv 第 7 行没有坐标\n  → 补上 lon 和 lat 列\n  → 用 --skip-empty 跳过",
		"en": "file a.csv has no coordinate in line 7\n  → add the columns lon and lat\n  → skip such lines with --skip-empty",
		"fr": "file a.csv has no coordinate in line 7\n  → add the columns lon and lat\n  → skip such lines with --skip-empty",
	} {
		if got := fault.Say(lang); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
	if fault.Error() != fault.Say("en") {
		t.Errorf("Error() = %q", fault.Error())
	}

	wrapped := fmt.Errorf("import a.csv: %w", fault)
	if geo.AsFault(wrapped) != fault {
		t.Error("a wrapped fault is not found")
	}
	if !errors.Is(wrapped, io.ErrUnexpectedEOF) {
		t.Error("the cause is not found")
	}
	if geo.AsFault(io.EOF) != nil || geo.AsFault(nil) != nil {
		t.Error("a fault is found where there is none")
	}
}

func TestTextFallsBack(t *testing.T) {
	if got := geo.T("", "only English").In("zh"); got != "only English" {
		t.Errorf("In(zh) = %q", got)
	}
	if got := geo.T("中文", "English").In(""); got != "English" {
		t.Errorf("In() = %q", got)
	}
}
