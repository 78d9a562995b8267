package wording

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"yiju/geo"
)

// Numbers are worded without false precision, and never onto or across what they are
// compared with.
func TestNumbers(t *testing.T) {
	at := func(v float64) *float64 { return &v }
	for _, c := range []struct {
		v       float64
		unit    string
		against *float64
		zh, en  string
	}{
		{100 * 85.0 / 109, "%", at(80), "78.0%", "78.0 %"},       // 77.98
		{79.96, "%", at(80), "79.96%", "79.96 %"},                // near: two decimals
		{79.996, "%", at(80), "79.996%", "79.996 %"},             // two would say 80
		{80.004, "%", at(80), "80.004%", "80.004 %"},             // and not be above
		{80, "%", at(80), "80%", "80 %"},                         // it is just that
		{99.97, "%", nil, "99.97%", "99.97 %"},                   // not all
		{99.9999999, "%", nil, "99.9999999%", "99.9999999 %"},    // not all
		{0.04, "%", nil, "0.04%", "0.04 %"},                      // not nothing
		{100, "%", at(90), "100%", "100 %"},                      // all
		{0, "%", at(90), "0%", "0 %"},                            // nothing
		{99.95, "%", at(100), "99.95%", "99.95 %"},               // near and not all
		{114.2, "%", at(70), "114.2%", "114.2 %"},                // meters over households
		{4379, "households", nil, "4,379 户", "4,379 households"}, // counts are whole
		{1, "households", nil, "1 户", "1 household"},             //
		{412_873.4, "m²", nil, "412,873 平方米", "412,873 m²"},      //
		{0.4128734, "km²", nil, "0.413 平方公里", "0.413 km²"},       //
		{12.34, "m", nil, "12.3 米", "12.3 m"},                    //
		{1234567.8, "m", nil, "1,234,568 米", "1,234,568 m"},      //
		{-3.456, "dB", nil, "−3.46 dB", "−3.46 dB"},              //
		{-0.0001, "dB", nil, "−0.0001 dB", "−0.0001 dB"},         // not nothing
		{2.5, "", at(2.5), "2.50", "2.50"},                       //
		{3, "种", at(2), "3 种", "3 kinds"},                        //
		{7, "furlongs", nil, "7 furlongs", "7 furlongs"},         // a unit not listed
		{math.NaN(), "%", nil, "—%", "— %"},                      //
		{123456789.125, "", nil, "123,456,789", "123,456,789"},   //
	} {
		if got := Quantity(c.v, c.unit, c.against); got != geo.T(c.zh, c.en) {
			t.Errorf("%v %s: %q, %q", c.v, c.unit, got.ZH, got.EN)
		}
	}
	// Whatever the share and the threshold, the words are on the same side as the number.
	for i := range 20_000 {
		v, threshold := float64(i)/199.99, float64(i%101)
		s := strings.ReplaceAll(Rounded(v, "%", &threshold), ",", "")
		var back float64
		if _, err := fmt.Sscan(s, &back); err != nil || !faithful(v, back, "%", &threshold) || math.Abs(v-back) > 0.05+1e-9 {
			t.Fatalf("%v against %v is worded %s", v, threshold, s)
		}
	}
}

func TestPlace(t *testing.T) {
	for where, zh := range map[string]string{"row 7": "第 7 行", "核验表 row 12": "核验表 第 12 行", "line 3": "第 3 行", "": "", "Sheet1!B7": "Sheet1!B7"} {
		if got := Place(where); got != geo.T(zh, where) {
			t.Errorf("%q: %+v", where, got)
		}
	}
}
