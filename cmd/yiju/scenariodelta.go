package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"yiju/analysis/indicator"
	"yiju/internal/pipeline"
	"yiju/layers"
	"yiju/layers/scenario"
)

func newScenarioDeltaCommand(a *app) *cobra.Command {
	var (
		request pipeline.LiveRequest
		against string
		asJSON  bool
	)
	cmd := &cobra.Command{
		Use: "delta ID", Short: a.say("方案比现状（或另一方案）改变了什么", "What a scenario changes against the base, or against another scenario"),
		Example: "  yiju scenario delta s-3k9f2mq7 --profile shandong-smart-community/growth --store city.gpkg",
		Args:    cobra.ExactArgs(1),
		RunE: a.onBook(func(ctx context.Context, store layers.Store, _ *scenario.Book, args []string) error {
			p, err := pipeline.NewScenarios(store, store).Place(ctx, args[0])
			if err != nil {
				return err
			}
			delta, err := p.Delta(ctx, against, request)
			switch {
			case err != nil:
				return err
			case asJSON:
				return printJSON(a.stdout, delta)
			}
			a.printDelta(delta)
			return nil
		}),
	}
	f := cmd.Flags()
	f.StringVar(&request.Profile, "profile", "", a.say("标准/档次（yiju profiles 列出）", "standard/tier; yiju profiles lists them"))
	f.StringVar(&request.Community, "community", "", a.say("社区的标识或名称", "community, by id or name"))
	f.StringVar(&against, "against", "", a.say("另一方案的标识，默认现状", "another scenario, by id; the base unless given"))
	f.BoolVar(&asJSON, "json", false, a.say("以 JSON 输出", "print JSON"))
	_ = cmd.MarkFlagRequired("profile")
	return cmd
}

func (a *app) printDelta(d *pipeline.Delta) {
	from := a.say("现状", "the base")
	if d.A != nil {
		from = fmt.Sprintf("%s [%s]", d.A.Name, d.A.ID)
	}
	fmt.Fprintf(a.stdout, "%s → %s [%s]  %s\n", from, d.B.Name, d.B.ID, a.shortHash(d.B.Hash))
	rows := [][]string{{a.say("要求", "requirement"), a.say("原", "before"), a.say("现", "after"), a.say("结论", "verdict")}}
	for i := range d.Values {
		v := &d.Values[i]
		if v.Flip == "" && (v.Delta == nil || *v.Delta == 0) && (v.Value == nil) == (v.Base == nil) {
			continue
		}
		verdict := v.Verdict.Title().In(a.lang)
		if v.Flip != "" {
			verdict = v.BaseVerdict.Title().In(a.lang) + " → " + verdict
		}
		rows = append(rows, []string{v.Requirement + " " + v.Title.In(a.lang), a.sided(v.Base, v), a.sided(v.Value, v), verdict})
	}
	if len(rows) == 1 {
		fmt.Fprintln(a.stdout, a.say("  没有指标变化", "  no figure changes"))
		rows = nil
	}
	for _, line := range alignWords(rows) {
		fmt.Fprintln(a.stdout, "  "+line)
	}
	for _, f := range d.Features {
		fmt.Fprintf(a.stdout, a.say("  %s：新增 %d，减少 %d，修改 %d\n", "  %s: %d gained, %d lost, %d changed\n"), f.Layer, len(f.Gained), len(f.Lost), len(f.Changed))
	}
	for _, area := range d.Areas {
		if area.Gained_m2 > 0 || area.Lost_m2 > 0 {
			fmt.Fprintf(a.stdout, "  %s: +%.0f m², −%.0f m²\n", area.Title.In(a.lang), area.Gained_m2, area.Lost_m2)
		}
	}
	a.printCosts(&d.Costs)
}

func (a *app) sided(value *float64, v *pipeline.SidedValue) string {
	if value == nil {
		return a.say("未知", "unknown")
	}
	return indicator.Explained(*value, v.Unit, v.Threshold).In(a.lang)
}

func (a *app) printCosts(c *pipeline.CostSheet) {
	for _, l := range c.Lines {
		fmt.Fprintf(a.stdout, "  %s: %.2f × %g %s/%s = %.2f %s\n", l.Kind, l.Amount, l.UnitCost, l.Currency, l.Per, l.Sum, l.Currency)
	}
	for _, s := range c.Sums {
		fmt.Fprintf(a.stdout, a.say("造价合计 %.2f %s\n", "costs %.2f %s in all\n"), s.Sum, s.Currency)
	}
	for _, u := range c.Unpriced {
		kind := u.Kind
		if kind == "" {
			kind = "-"
		}
		fmt.Fprintf(a.stdout, a.say("  没有单价：%s × %d\n", "  no unit cost: %s × %d\n"), kind, u.Count)
	}
}
