package report

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestLook writes the reports of the made-up judgements into the folder that
// YIJU_LOOK names, to be looked at; YIJU_ECHARTS names the charting library.
func TestLook(t *testing.T) {
	folder := os.Getenv("YIJU_LOOK")
	if folder == "" {
		t.Skip("YIJU_LOOK names no folder")
	}
	script, err := os.ReadFile(os.Getenv("YIJU_ECHARTS"))
	if err != nil {
		t.Log(err)
	}
	shandong := shandongPage()
	plain := shandong
	shandong.Script = script
	english := shandong
	english.Lang = "en"
	yantai := yantaiPage(5000)
	yantai.Script = script
	write := func(name string, to func(io.Writer) error) {
		f, err := os.Create(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := to(f); err != nil {
			t.Fatal(err)
		}
	}
	for name, page := range map[string]JudgementPage{"shandong": shandong, "english": english, "plain": plain, "yantai": yantai} {
		write(name+".html", func(w io.Writer) error { return JudgementHTML(w, page) })
		write(name+".xlsx", func(w io.Writer) error { return JudgementXLSX(w, page.Judgement, page.Lang) })
	}
}
