from django.urls import path

from cadran.administration import channels, holidays, joining, merging, pages, people, pipelines, rights, writing

urlpatterns = [
    path("join/<str:token>", joining.join, name="join"),
    path("welcome", joining.welcome, name="welcome"),
    path("welcome/demo", joining.make_demo, name="make_demo"),
    path("settings", pages.organisation, name="settings"),
    path("settings/members", people.people, name="settings_members"),
    path("settings/members/<int:pk>", people.person, name="settings_member"),
    path("settings/invitations/<int:pk>", people.withdraw, name="withdraw_invitation"),
    path("settings/pipelines", pipelines.pipelines, name="settings_pipelines"),
    path("settings/pipelines/<int:pk>", pipelines.pipeline, name="settings_pipeline"),
    path("settings/stages/<int:pk>", pipelines.stage, name="settings_stage"),
    path("settings/stages/<int:pk>/move", pipelines.move_stage, name="move_stage"),
    path("settings/fields/usual", pages.add_usual, name="add_usual_fields"),
    path("settings/rights", rights.field_rights, name="settings_rights"),
    path("settings/channels", channels.channels, name="settings_channels"),
    path("settings/holidays/add", holidays.add_holidays, name="add_holidays"),
    path("undo/settings/<int:pk>", writing.undo_settings, name="undo_settings"),
    path("settings/products/<int:pk>/merge", merging.merge_product, name="merge_product"),
    path("settings/<str:key>", pages.rows, name="settings_rows"),
    path("settings/<str:key>/<int:pk>", pages.row, name="settings_row"),
    path("settings/<str:key>/<int:pk>/away", pages.put_away, name="settings_put_away"),
]
