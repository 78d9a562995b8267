package main

import (
	"context"
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"yiju/internal/pipeline"
)

func newAnalyzeCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "analyze",
		Short: a.say("运行分析并保存结果", "Run an analysis and keep its result"),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newWalkCommand(a), newRadioCommand(a), newCamerasCommand(a))
	return cmd
}

// analysis runs one on the workspace and prints its result as a table or as JSON.
func (a *app) analysis(asJSON *bool, run func(context.Context, *pipeline.Pipeline) (pipeline.Run, error)) func(*cobra.Command, []string) error {
	return a.onWorkspace(func(ctx context.Context, p *pipeline.Pipeline) error {
		result, err := run(ctx, p)
		switch {
		case err != nil:
			return err
		case *asJSON:
			return printJSON(a.stdout, result)
		}
		return a.printRun(a.stdout, result)
	})
}

// onWorkspace opens the workspace, which must exist, or the scenario of it that the
// command names, for as long as do takes.
func (a *app) onWorkspace(do func(context.Context, *pipeline.Pipeline) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		p, err := a.openPlace(cmd.Context())
		if err != nil {
			return err
		}
		defer p.Close()
		a.sayPlace(p)
		return do(cmd.Context(), p.pipeline)
	}
}

func printJSON(out io.Writer, v any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

func newWalkCommand(a *app) *cobra.Command {
	var (
		request pipeline.WalkRequest
		asJSON  bool
	)
	cmd := &cobra.Command{
		Use:   "walk",
		Short: a.say("步行可达：谁能在几分钟内走到", "Who reaches what on foot, and in how many minutes"),
		Example: "  yiju analyze walk --category sport --minutes 5,10,15 --profile adult --store city.gpkg\n" +
			"  yiju analyze walk --preset fitness --store city.gpkg",
		Args: cobra.NoArgs,
		RunE: a.analysis(&asJSON, func(ctx context.Context, p *pipeline.Pipeline) (pipeline.Run, error) {
			return p.Walk(ctx, request)
		}),
	}
	f := cmd.Flags()
	f.StringSliceVar(&request.Categories, "category", nil, a.say("设施类别，例如 sport 或 sport/pitch", "facility categories, such as sport or sport/pitch"))
	f.Float64SliceVar(&request.Minutes, "minutes", nil, a.say("时间界限，例如 5,10,15", "cut-offs, such as 5,10,15"))
	f.StringVar(&request.Profile, "profile", "", a.say("步行者：adult、elderly、child、wheelchair、norm", "who walks: adult, elderly, child, wheelchair, norm"))
	f.StringVar(&request.Preset, "preset", "", a.say("预设：sport（15分钟体育场地）、fitness（10分钟健身圈）…", "a preset: sport (15 minutes to a sports venue), fitness (10-minute fitness circle) …"))
	f.StringVar(&request.Community, "community", "", a.say("社区的标识或名称", "community, by id or name"))
	f.StringVar(&request.ID, "name", "", a.say("结果名称，默认 walk 或 walk_<预设>", "name of the run; default walk or walk_<preset>"))
	f.BoolVar(&asJSON, "json", false, a.say("以 JSON 输出", "print JSON"))
	a.scenarioFlag(cmd)
	return cmd
}
