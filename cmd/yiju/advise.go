package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"yiju/internal/pipeline"
)

func newAdviseCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "advise",
		Short: a.say("给出改动建议", "Advise what to change"),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newAdviseRadioCommand(a))
	return cmd
}

func newAdviseRadioCommand(a *app) *cobra.Command {
	var (
		request pipeline.RadioAdviceRequest
		asJSON  bool
	)
	cmd := &cobra.Command{
		Use:   "radio",
		Short: a.say("5G：哪一处改动最能填补室外未覆盖的地方", "5G: which one change covers most of the outdoor ground that is open"),
		Long: a.say("按最近一次 5G 覆盖分析的参数，逐一试算新增、调下倾、转方位、升高，按净增的室外覆盖面积排列。",
			"Under the parameters of the newest 5G run, tries to add, tilt, turn and raise antennas one by one, and lists what gains the most outdoor ground."),
		Example: "  yiju advise radio --store city.gpkg\n" +
			"  yiju advise radio --operator 中国移动 --store city.gpkg\n" +
			"  yiju advise radio --candidates lamps --changes add --store city.gpkg",
		Args: cobra.NoArgs,
		RunE: a.onWorkspace(func(ctx context.Context, p *pipeline.Pipeline) error {
			advice, err := p.AdviseRadio(ctx, request)
			switch {
			case err != nil:
				return err
			case asJSON:
				return printJSON(a.stdout, advice)
			}
			a.printAdvice(advice)
			return nil
		}),
	}
	f := cmd.Flags()
	f.StringSliceVar(&request.Candidates, "candidates", nil, a.say("新增小区的候选点位：rooftops（屋顶）、lamps（灯杆），缺省两者", "where cells could be added: rooftops, lamps; both unless given"))
	f.StringSliceVar(&request.Changes, "changes", nil, a.say("改动方式：add（新增）、tilt（下倾）、turn（方位）、raise（升高），缺省全部", "what to try: add, tilt, turn, raise; all unless given"))
	f.StringVar(&request.Operator, "operator", "", a.say("只看一家运营商的空白，例如 中国移动", "fill the gaps of one operator"))
	f.IntVar(&request.Limit, "limit", 0, a.say("最多给出几条，缺省 10", "how much advice at the most; 10 unless given"))
	f.StringVar(&request.Community, "community", "", a.say("社区的标识或名称", "community, by id or name"))
	f.BoolVar(&asJSON, "json", false, a.say("以 JSON 输出", "print JSON"))
	a.scenarioFlag(cmd)
	return cmd
}

// printAdvice writes advice as a table.
func (a *app) printAdvice(advice pipeline.RadioAdvice) {
	if len(advice.Advice) == 0 {
		fmt.Fprintln(a.stdout, a.say("没有一处改动能增加室外覆盖", "no single change would cover more outdoor ground"))
		return
	}
	rows := [][]string{{a.say("改动", "change"), a.say("新增 m²", "gained m²"), a.say("失去 m²", "lost m²"), a.say("室外覆盖率", "outdoor coverage")}}
	for _, c := range advice.Advice {
		rows = append(rows, []string{
			c.Title.In(a.lang), fmt.Sprintf("%.0f", c.Gained_m2), fmt.Sprintf("%.0f", c.Lost_m2),
			fmt.Sprintf("%.2f → %.2f %%", c.Outdoor_before_pct, c.Outdoor_after_pct),
		})
	}
	for _, line := range align(rows) {
		fmt.Fprintln(a.stdout, line)
	}
}
