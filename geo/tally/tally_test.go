package tally

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yiju/geo"
)

func TestListCountsAndBoundsExamples(t *testing.T) {
	var a, b List
	for i := range 25 {
		a.Add("broken", geo.T("破损", "broken"), fmt.Sprint(i/2))
	}
	b.Add("lost", geo.T("缺失", "lost"), "")
	b.AddN("broken", geo.T("别的", "other words"), 5, "x")
	a.Merge(&b)
	want := []Entry{
		{Code: "broken", Text: geo.T("破损", "broken"), Count: 30, Examples: []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}},
		{Code: "lost", Text: geo.T("缺失", "lost"), Count: 1},
	}
	if diff := cmp.Diff(want, a.Entries()); diff != "" {
		t.Error(diff)
	}
	if a.Count("broken") != 30 || a.Count("never") != 0 {
		t.Errorf("Count: %d, %d", a.Count("broken"), a.Count("never"))
	}
}
