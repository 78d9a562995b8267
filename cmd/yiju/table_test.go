package main

import (
	"testing"

	"yiju/analysis"
	"yiju/geo"
)

func TestSharesInWords(t *testing.T) {
	a := &app{lang: "en"}
	share := func(n, d float64) analysis.Value {
		return analysis.Share("x", geo.T("覆盖率", "Coverage"), "m²", n, d)
	}
	unknown := share(1, 2)
	unknown.Value, unknown.Missing = nil, []geo.Text{geo.T("缺", "lacking")}
	for want, v := range map[string]analysis.Value{
		"100.0 %": share(7, 7), "> 99.9 %": share(412_924, 412_932), "99.9 %": share(999, 1000),
		"0.0 %": share(0, 7), "< 0.1 %": share(1, 412_932), "not applicable": share(0, 0), "unknown": unknown,
	} {
		if got := a.value(v); got != want {
			t.Errorf("%v of %v: %q, want %q", *v.Numerator, *v.Denominator, got, want)
		}
	}
}
